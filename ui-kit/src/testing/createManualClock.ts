/**
 * Time that a test moves by hand: nothing happens until `advance` is called.
 *
 * Implements the socket's Clock, so whatever takes a clock can be driven by it.
 */

import type { Clock } from '../socket/Clock.ts'

export interface ManualClock extends Clock {
  /**
   * Move time on by `ms` and run, synchronously and in order of time, every timer that
   * falls due, those included that are set meanwhile. Timers of the same time run in the
   * order in which they were set. An exception of a timer leaves `advance`; the timers
   * behind it stay set.
   */
  advance(ms: number): void
}

/** @param startMs what `now()` says before the first `advance` */
export function createManualClock(startMs = 0): ManualClock {
  let nowMs = startMs
  let lastHandle = 0
  const timers = new Map<number, { dueMs: number; run: () => void }>()

  /** The earliest handle wins among equals: a Map keeps the order of insertion. */
  function takeDue(untilMs: number): { dueMs: number; run: () => void } | undefined {
    let first: number | undefined
    let dueMs = untilMs
    for (const [handle, timer] of timers) {
      if (timer.dueMs > untilMs || (first !== undefined && timer.dueMs >= dueMs)) continue
      first = handle
      dueMs = timer.dueMs
    }
    if (first === undefined) return undefined
    const timer = timers.get(first)
    timers.delete(first)
    return timer
  }

  return {
    now: () => nowMs,
    setTimeout(run, delayMs) {
      lastHandle += 1
      // A delay that is no number means at once, as it does in a browser.
      timers.set(lastHandle, { dueMs: nowMs + Math.max(0, delayMs || 0), run })
      return lastHandle
    },
    clearTimeout(handle) {
      timers.delete(handle as number)
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`session-kit: a clock moves forwards; got ${ms} ms`)
      const untilMs = nowMs + ms
      for (let timer = takeDue(untilMs); timer; timer = takeDue(untilMs)) {
        nowMs = Math.max(nowMs, timer.dueMs)
        timer.run()
      }
      nowMs = Math.max(nowMs, untilMs)
    },
  }
}
