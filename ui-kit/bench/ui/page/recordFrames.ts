/** What a page's frames were like while something went on. */

import { afterPaint } from './afterPaint.ts'
import { commits } from './commits.ts'

export interface Frames {
  /** ms from frame to frame */
  ms: number[]
  /** of the tasks above 50 ms */
  longTasks: number
  longMs: number
  commits: number
  /** the most in one frame */
  commitsInFrame: number
  /** px to the end of the list: the worst of the samples, and the last */
  worstGap: number
  finalGap: number
}

const SAMPLE_EVERY = 6

export function recordFrames(gap: () => number): () => Promise<Frames> {
  const frames: Frames = {
    ms: [],
    longTasks: 0,
    longMs: 0,
    commits: 0,
    commitsInFrame: 0,
    worstGap: 0,
    finalGap: 0,
  }
  const begun = commits.count
  let isOver = false
  let before: { atMs: number; count: number } | undefined
  const observer = new PerformanceObserver((list) => note(list.getEntries()))
  observer.observe({ type: 'longtask' })

  function note(tasks: PerformanceEntry[]) {
    frames.longTasks += tasks.length
    for (const { duration } of tasks) frames.longMs += duration
  }

  function look() {
    if (isOver) return
    const atMs = performance.now()
    const { count } = commits
    if (before) {
      frames.ms.push(atMs - before.atMs)
      frames.commitsInFrame = Math.max(frames.commitsInFrame, count - before.count)
    }
    before = { atMs, count }
    if (frames.ms.length % SAMPLE_EVERY === 0)
      afterPaint().then(() => {
        if (!isOver) frames.worstGap = Math.max(frames.worstGap, gap())
      })
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)

  return async () => {
    isOver = true
    frames.commits = commits.count - begun
    note(observer.takeRecords())
    observer.disconnect()
    await afterPaint()
    await afterPaint()
    frames.finalGap = gap()
    return frames
  }
}
