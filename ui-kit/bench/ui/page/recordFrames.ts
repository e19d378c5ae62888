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
  const probe = createProbe(() => {
    frames.worstGap = Math.max(frames.worstGap, gap())
  })
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
    if (frames.ms.length % SAMPLE_EVERY === 0) probe.ask()
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)

  return async () => {
    isOver = true
    frames.commits = commits.count - begun
    note(observer.takeRecords())
    observer.disconnect()
    probe.stop()
    await afterPaint()
    await afterPaint()
    frames.finalGap = gap()
    return frames
  }
}

/**
 * Told between layout and paint of the frame in which it was asked, after all who were there
 * before: what it sees is what is painted, whatever comes in the tasks around.
 */
function createProbe(look: () => void) {
  const box = document.createElement('div')
  box.style.cssText = 'position: fixed; contain: strict; width: 1px; height: 1px; opacity: 0'
  document.body.append(box)
  const observer = new ResizeObserver(look)
  observer.observe(box)
  let width = 1
  return {
    ask() {
      width = 3 - width
      box.style.width = `${width}px`
    },
    stop() {
      observer.disconnect()
      box.remove()
    },
  }
}
