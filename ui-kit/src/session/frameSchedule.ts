/**
 * When the next commit is: with the next animation frame while the page is visible,
 * by a timer where there are no frames. Returns the way to call it off.
 */

import type { Clock } from '../socket/Clock.ts'
import type { NetworkSignals } from '../socket/networkSignals.ts'

export type Schedule = (run: () => void) => () => void

const HIDDEN_COMMIT_MS = 50
/** A frame that was asked for may never come: the page turned hidden, or its iframe is out of sight. */
const LATE_FRAME_MS = 250

export function createFrameSchedule(clock: Clock, network: NetworkSignals): Schedule {
  return (run) => {
    const hasFrames = typeof globalThis.requestAnimationFrame === 'function' && network.isVisible()
    const timer = clock.setTimeout(run, hasFrames ? LATE_FRAME_MS : HIDDEN_COMMIT_MS)
    const frame = hasFrames ? globalThis.requestAnimationFrame(run) : 0
    return () => {
      clock.clearTimeout(timer)
      globalThis.cancelAnimationFrame?.(frame)
    }
  }
}
