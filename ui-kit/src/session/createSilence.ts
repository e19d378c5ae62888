/**
 * Notices that a running turn is not heard of any more: a lost *last* frame is found so (W3).
 *
 * After 15 s, then 30 s, then 60 s each, until something is heard; each client a little later, by
 * its own draw, because all of them hear the same. Knows no frames.
 */

import type { Clock } from '../socket/Clock.ts'
import { PER_LINE_MS } from '../socket/timing.ts'
import type { Timers } from './createTimers.ts'

export interface Silence {
  /** A catch-up is complete: from now on something is to be heard. */
  begin(): void
  /** A sign of the running turn. */
  heard(): void
  /** The line is down. */
  end(): void
}

const SILENCE_MS = 15_000

export function createSilence(ports: {
  clock: Clock
  timers: Timers
  /** from 0 to below 1 */
  random(): number
  /** how many may ask at one moment */
  crowd(): number
  /** Whether a turn is seen to run. */
  isExpecting(): boolean
  onSilent(): void
}): Silence {
  const { clock, timers } = ports
  let silences = 0
  let heardAtMs = 0

  function watch() {
    if (timers.has('silence') || !ports.isExpecting()) return
    const longMs = SILENCE_MS * 2 ** Math.min(silences, 2)
    const waitMs = longMs + ports.random() * Math.min(longMs, ports.crowd() * PER_LINE_MS)
    timers.set('silence', heardAtMs + waitMs - clock.now(), () => {
      // The timer isn't moved by each frame: that something was heard meanwhile shows only here.
      if (heardAtMs + waitMs > clock.now() || !ports.isExpecting()) return watch()
      silences++
      ports.onSilent()
    })
  }

  function begin() {
    heardAtMs = clock.now()
    watch()
  }

  return {
    begin,
    heard() {
      silences = 0
      begin()
    },
    end() {
      silences = 0
      timers.clear('silence')
    },
  }
}
