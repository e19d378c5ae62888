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
/** More timers at one moment than any world has: somebody sets one again and again. */
const MOST_AT_ONCE = 10_000

interface Timer {
  dueMs: number
  run: (() => void) | undefined
}

/** @param afterEach runs when a timer has rung and its promises have settled */
export function createWorldClock(afterEach: () => void): WorldClock {
  let nowMs = 0
  /** the next one is the last of the list */
  const timers: Timer[] = []

  async function settle() {
    for (let i = 0; i < TURNS; i++) await undefined
  }

  /** Before it in the list is what rings later, or at the same time but was set later. */
  function placeOf(dueMs: number): number {
    let low = 0
    let high = timers.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((timers[middle]?.dueMs ?? 0) > dueMs) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    now: () => nowMs,
    setTimeout(run, delayMs) {
      const timer = { dueMs: nowMs + Math.max(0, delayMs || 0), run }
      timers.splice(placeOf(timer.dueMs), 0, timer)
      return timer
    },
    clearTimeout(handle) {
      const timer = handle as Timer | undefined
      if (timer) timer.run = undefined
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      let atOnce = 0
      for (let timer = timers.at(-1); timer && timer.dueMs <= untilMs; timer = timers.at(-1)) {
        timers.pop()
        if (!timer.run) continue
        atOnce = timer.dueMs > nowMs ? 0 : atOnce + 1
        if (atOnce > MOST_AT_ONCE)
          throw new Error(`timers without end, and time stands at ${nowMs} ms`)
        nowMs = timer.dueMs
        timer.run()
        await settle()
        afterEach()
      }
      nowMs = untilMs
    },
    settle,
  }
}
