/**
 * Counts which code of this process ran, block by block, and quotes what never did.
 *
 * Start it before the code in question is imported: what ran earlier was not counted.
 */

import { Session } from 'node:inspector/promises'

export interface Coverage {
  /** The source of each block that never ran, of files whose path matches. */
  missed(path: RegExp): Promise<string[]>
}

/** Characters of a quoted block. */
const QUOTE = 120

export async function startCoverage(): Promise<Coverage> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Debugger.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  return {
    async missed(path) {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      const missed: string[] = []
      for (const { functions, scriptId, url } of result) {
        if (!path.test(url)) continue
        const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId })
        const blocks = functions
          .flatMap(({ ranges }) => ranges)
          .filter(({ count }) => count === 0)
          .filter((block, _, all) => !all.some((other) => isWithin(block, other)))
        for (const { startOffset, endOffset } of blocks) {
          const quote = (from: number, to: number) =>
            scriptSource.slice(from, to).replace(/\s+/g, ' ').trim()
          const code = quote(startOffset, endOffset)
          // What a bundler adds around an export, and braces alone.
          if (code === 'catch {}' || code.includes('try { return') || !/\w/.test(code)) continue
          const before = code.length < 40 ? quote(startOffset - 60, startOffset) : ''
          const file = url.slice(url.lastIndexOf('/') + 1)
          missed.push(`${file}: ${before} >>> ${code.slice(0, QUOTE)}`)
        }
      }
      return missed
    },
  }
}

interface Block {
  startOffset: number
  endOffset: number
}

const isWithin = (inner: Block, outer: Block): boolean =>
  inner !== outer && inner.startOffset >= outer.startOffset && inner.endOffset <= outer.endOffset
