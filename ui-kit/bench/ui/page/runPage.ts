/** The page's half of the benchmark: what the driver outside may ask of it, as `window.bench`. */

import { textOf } from '../../room/Dialect.ts'
import { createLog } from '../../room/dialects.ts'
import { afterPaint, nextFrame } from './afterPaint.ts'
import { commits, countRows } from './commits.ts'
import { measureShift, type Place, type Shift } from './measureShift.ts'
import { type Frames, recordFrames } from './recordFrames.ts'
import type { Feed, Subject } from './Subject.ts'
import type { Pace, Token } from './tokenClock.ts'

export interface PageBench {
  /** Makes the messages, which are nobody's cost. */
  prepare(count: number, older: number): void
  /** @returns ms until the last message is painted */
  show(): Promise<number>
  /** One answer after the other, each of so many tokens; the first one begins with `head`. */
  stream(pace: Pace & { perAnswer: number; head?: string }): Promise<Streamed>
  /** Older messages come in front while the reader is elsewhere. */
  prepend(place: Place): Promise<Shift>
  /** What is rendered is counted from now on. */
  countRows(): void
}

export interface Streamed extends Frames {
  /** ms from when the last token was said until it is painted */
  lateMs: number
  rows: number
  components: number
}

declare global {
  interface Window {
    bench: PageBench
  }
}

const LAST_TOKEN = 'and that is all.'

export function runPage(subject: Subject): void {
  let feed: Feed
  let log: ReturnType<typeof createLog> = []
  let older = 0

  const viewport = () => document.querySelector(subject.viewport) as HTMLElement
  const rows = () => [...document.querySelectorAll<HTMLElement>(subject.row)]
  const gap = () => {
    const { scrollHeight, clientHeight, scrollTop } = viewport()
    return Math.max(0, scrollHeight - clientHeight - scrollTop)
  }

  /** The last row says this, and stands within the viewport. */
  async function painted(words: string): Promise<void> {
    for (;;) {
      await nextFrame()
      const row = rows().at(-1)
      if (!row?.textContent?.includes(words)) continue
      await afterPaint()
      if (row.getBoundingClientRect().top < viewport().getBoundingClientRect().bottom) return
    }
  }

  window.bench = {
    prepare(count, olderCount) {
      older = olderCount
      log = createLog(count + older)
    },
    async show() {
      const begunMs = performance.now()
      feed = subject.open(document.querySelector('#root') as HTMLElement, { log, older })
      await painted(textOf(log.at(-1) as (typeof log)[number]).trim())
      return performance.now() - begunMs
    },
    async stream({ perAnswer, head, ...pace }) {
      feed.begin()
      if (head) feed.grow(head)
      // That an answer begins may concern every row, and is announced within a second: once, and
      // no token's cost.
      await new Promise((done) => setTimeout(done, 1_500))
      const before = { ...commits }
      const stop = recordFrames(gap)
      const worker = new Worker(new URL('./tokenClock.ts', import.meta.url), { type: 'module' })
      const { promise: lastSaidMs, resolve } = Promise.withResolvers<number>()
      let taken = 0
      worker.onmessage = ({ data: { text, atMs } }: MessageEvent<Token>) => {
        if (taken > 0 && taken % perAnswer === 0) {
          feed.finish()
          feed.begin()
        }
        taken += 1
        feed.grow(taken === pace.tokens ? LAST_TOKEN : text)
        if (taken === pace.tokens) resolve(atMs)
      }
      worker.postMessage(pace)
      const saidMs = await lastSaidMs
      await painted(LAST_TOKEN)
      const lateMs = performance.timeOrigin + performance.now() - saidMs
      const frames = await stop()
      const { rows, components } = commits
      worker.terminate()
      feed.finish()
      return {
        ...frames,
        lateMs,
        rows: rows - before.rows,
        components: components - before.components,
      }
    },
    prepend: (place) => measureShift(place, viewport(), rows, () => feed.prepend()),
    countRows: () => countRows(subject.row),
  }
}
