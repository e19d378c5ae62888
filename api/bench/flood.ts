/**
 * Keeps a number of messages under way in a full room for a while, and checks that everybody got
 * every message once and in one order.
 *
 * A message is under way until all have it. A server that loses, doubles or reorders one fails.
 */

import { quantile, type Sample } from '../../demo/bench/statistics.ts'
import { createReader, type Line } from './Line.ts'
import type { Target } from './targets.ts'
import { readUsage } from './usage.ts'

export interface FloodOptions {
  target: Target
  /** everybody in the room */
  lines: readonly Line[]
  /** of them, how many send */
  senders: number
  inFlight: number
  forMs: number
  /** of the server */
  pid: number
  /** without any message for so long, something was lost */
  stalledMs?: number
}

const TEXT_BYTES = 200

/** Messages of rooms and rounds before: no room sees a number twice. */
let sentBefore = 0

/** @throws Error that says what was lost, doubled or out of order */
export async function flood(options: FloodOptions): Promise<Sample> {
  const { target, lines, senders, inFlight, forMs, pid, stalledMs = 10_000 } = options
  const first = sentBefore
  const sentAtMs: number[] = []
  /** numbers as the first one of the room to have them got them, and how many have each */
  const order: number[] = []
  const had: number[] = []
  const latencies: number[] = []
  const read = createReader((frames) => frames.flatMap(target.texts).map(Number.parseFloat))
  const before = readUsage(pid)
  const startMs = performance.now()
  const endMs = startMs + forMs
  let open = 0

  const say = () => {
    const n = sentBefore++
    sentAtMs[n - first] = performance.now()
    open += 1
    lines[n % senders]?.send(target.message(n, String(n).padEnd(TEXT_BYTES, ' .')))
  }
  const elapsedMs = await new Promise<number>((resolve, reject) => {
    let heardMs = startMs
    const watch = setInterval(() => {
      if (performance.now() - heardMs < stalledMs) return
      clearInterval(watch)
      reject(new Error(`${target.name}: ${open} messages did not reach everybody`))
    }, stalledMs / 10)
    lines.forEach((line, person) => {
      let at = 0
      line.onData = (data) => {
        const numbers = read(data)
        if (numbers.length === 0) return
        heardMs = performance.now()
        for (const n of numbers) {
          if (at === order.length) {
            if (n < first || n >= sentBefore || had[n - first] !== undefined)
              return reject(new Error(`${target.name}: message ${n} came twice or from nowhere`))
            order.push(n)
            had[n - first] = 0
          } else if (order[at] !== n)
            return reject(new Error(`${target.name}: person ${person} got ${n}, not ${order[at]}`))
          at += 1
          latencies.push(heardMs - (sentAtMs[n - first] ?? Number.NaN))
          const count = (had[n - first] ?? 0) + 1
          had[n - first] = count
          if (count < lines.length) continue
          open -= 1
          if (heardMs < endMs) say()
        }
        if (open > 0) return
        clearInterval(watch)
        resolve(heardMs - startMs)
      }
    })
    for (let n = 0; n < inFlight; n++) say()
  })
  for (const line of lines) line.onData = () => {}
  const cpuMs = readUsage(pid).cpuMs - before.cpuMs
  const deliveries = order.length * lines.length
  return {
    perSecond: (deliveries / elapsedMs) * 1_000,
    cpu: (cpuMs / deliveries) * 1_000,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }
}
