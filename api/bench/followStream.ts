/**
 * Reads a growing text on many sockets and checks that each shows the same one, whole and in
 * order; tells how late the chunks came and what they cost.
 */

import { quantile, type Sample } from '../../demo/bench/statistics.ts'
import { CHUNK_BYTES, readChunk } from './chunkText.ts'
import { createReader, type Line } from './Line.ts'
import type { Frame, Target } from './targets.ts'
import { readUsage } from './usage.ts'

/** `from`: where in the text it belongs; undefined: at the end */
interface Piece {
  from?: number
  text: string
}

/** Without anything new for so long, something was lost. */
const STALLED_MS = 60_000

/** @throws Error when a client is shown another text than the others, or not all of it */
export async function followStream(
  target: Target,
  lines: readonly Line[],
  chunks: number,
  pid: number,
): Promise<Sample> {
  const units = chunks * CHUNK_BYTES
  const read = createReader((frames) => frames.flatMap((frame) => piecesOf(target, frame)))
  const lags: number[] = []
  const madeAtMs: number[] = []
  let shown = ''
  let frames = 0
  let open = lines.length
  const bytesBefore = lines.reduce((sum, line) => sum + line.bytes, 0)
  const cpuBefore = readUsage(pid).cpuMs
  const startMs = performance.now()

  /** What everybody must see; whoever is ahead adds to it. */
  const see = (from: number, text: string) => {
    if (from > shown.length || !text.startsWith(shown.slice(from, from + text.length)))
      throw new Error(`${target.name}: at ${from} a client was shown another text`)
    shown += text.slice(shown.length - from)
    for (let n = madeAtMs.length; (n + 1) * CHUNK_BYTES <= shown.length; n++) {
      const chunk = readChunk(shown.slice(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES))
      if (chunk.n !== n) throw new Error(`${target.name}: chunk ${chunk.n} came in place of ${n}`)
      madeAtMs.push(chunk.atMs)
    }
  }

  await new Promise<void>((resolve, reject) => {
    const fail = () => reject(new Error(`${target.name}: ${open} clients were not shown all`))
    const watch = setTimeout(fail, STALLED_MS)
    for (const line of lines) {
      let at = 0
      line.onData = (data) => {
        frames += 1
        const nowMs = Date.now()
        try {
          for (const { from = at, text } of read(data)) {
            see(from, text)
            const end = Math.max(at, from + text.length)
            for (let n = at / CHUNK_BYTES; n < end / CHUNK_BYTES; n++)
              lags.push(nowMs - (madeAtMs[n] ?? Number.NaN))
            if (at < units && end === units) open -= 1
            at = end
          }
        } catch (error) {
          reject(error)
        }
        watch.refresh()
        if (open > 0) return
        clearTimeout(watch)
        resolve()
      }
    }
  })
  const seconds = (performance.now() - startMs) / 1_000
  for (const line of lines) line.onData = () => {}
  const bytes = lines.reduce((sum, line) => sum + line.bytes, 0) - bytesBefore
  return {
    seconds,
    cpuSeconds: (readUsage(pid).cpuMs - cpuBefore) / 1_000,
    framesPerSecond: frames / lines.length / seconds,
    bytes: bytes / lines.length / units,
    lagP50: quantile(lags, 0.5),
    lagP99: quantile(lags, 0.99),
  }
}

/** A session says how a text grows; any other server sends chunk by chunk. */
function piecesOf(target: Target, frame: Frame): Piece[] {
  if (frame.type === 'delta') return [{ from: frame.from, text: frame.text }]
  if (frame.type === 'part') return [{ from: 0, text: frame.value.text }]
  if (frame.type !== 'msg') return target.texts(frame).map((text) => ({ text }))
  const { role, state, parts } = frame.message
  return role === 'assistant' && state === 'done' ? [{ from: 0, text: parts[0].text }] : []
}
