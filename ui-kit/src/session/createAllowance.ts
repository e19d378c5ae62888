/**
 * How many frames may leave now (W12): a bucket that time refills, as the server counts it.
 *
 * Asks for patience also while the socket holds more than the network takes, because a
 * socket takes everything and tells nobody.
 */

import { type ClientLimits, HELLO_COST } from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'

export interface Allowance {
  /** A new socket begins with a full bucket. */
  refill(limits: ClientLimits): void
  /** Every hello costs, whether there is enough or not. */
  payHello(limits: ClientLimits): void
  /** Take one frame: 0, or the ms after which to ask again; then nothing was taken. */
  take(limits: ClientLimits): number
}

/** Above this the network is behind, until it has taken all but a little. */
const HIGH_WATER_BYTES = 262_144
const LOW_WATER_BYTES = 65_536
const BEHIND_PAUSE_MS = 100

export function createAllowance(clock: Clock, bufferedAmount: () => number): Allowance {
  let frames = 0
  let countedAtMs = 0
  let isBehind = false

  function count({ burst, perSecond }: ClientLimits) {
    const nowMs = clock.now()
    frames = Math.min(burst, frames + ((nowMs - countedAtMs) / 1000) * perSecond)
    countedAtMs = nowMs
  }

  return {
    refill({ burst }) {
      frames = burst
      countedAtMs = clock.now()
    },
    payHello(limits) {
      count(limits)
      frames -= HELLO_COST
    },
    take(limits) {
      isBehind = bufferedAmount() > (isBehind ? LOW_WATER_BYTES : HIGH_WATER_BYTES)
      if (isBehind) return BEHIND_PAUSE_MS
      count(limits)
      if (frames < 1) return Math.ceil(((1 - frames) / limits.perSecond) * 1000)
      frames -= 1
      return 0
    },
  }
}
