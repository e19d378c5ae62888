/**
 * Time of a simulated world: after every timer the promises have their turn, as in a page.
 *
 * The manual clock of the test kit runs timers one after the other; between two of them no
 * promise would settle, and tickets and locks are promises.
 */

import type { Clock } from '../src/socket/Clock.ts'

export interface WorldClock extends Clock {
  /** Move time on, and run all that falls due in order of time, then of setting. */
  advance(ms: number): Promise<void>
  /** Let every promise settle that can. */
  settle(): Promise<void>
}

/** Longer than any chain of promises between two timers. */
const TURNS = 12

export function createWorldClock(): WorldClock {
  let nowMs = 0
  let lastHandle = 0
  const timers = new Map<number, { dueMs: number; run: () => void }>()

  function nextDue(untilMs: number): number | undefined {
    let first: number | undefined
    let firstMs = untilMs
    for (const [handle, { dueMs }] of timers) {
      if (dueMs > firstMs || (first !== undefined && dueMs === firstMs)) continue
      first = handle
      firstMs = dueMs
    }
    return first
  }

  async function settle() {
    for (let i = 0; i < TURNS; i++) await undefined
  }

  return {
    now: () => nowMs,
    setTimeout(run, delayMs) {
      lastHandle += 1
      timers.set(lastHandle, { dueMs: nowMs + Math.max(0, delayMs || 0), run })
      return lastHandle
    },
    clearTimeout: (handle) => void timers.delete(handle as number),
    async advance(ms) {
      const untilMs = nowMs + ms
      for (let handle = nextDue(untilMs); handle !== undefined; handle = nextDue(untilMs)) {
        const timer = timers.get(handle)
        timers.delete(handle)
        nowMs = Math.max(nowMs, timer?.dueMs ?? 0)
        timer?.run()
        await settle()
      }
      nowMs = untilMs
    },
    settle,
  }
}
