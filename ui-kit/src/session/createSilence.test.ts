import { expect, test } from 'vitest'
import { createManualClock } from '../testing/createManualClock.ts'
import { createSilence } from './createSilence.ts'
import { createTimers } from './createTimers.ts'

test('[W3] a silence that began at a fraction of a millisecond is noticed once, not looked at for ever', () => {
  // 16439.6 - 1439.6 is a hair less than 15000.
  const clock = createManualClock(1_439.6)
  let looks = 0
  let silences = 0
  const silence = createSilence({
    clock,
    timers: createTimers(clock),
    isExpecting: () => looks++ < 100,
    onSilent: () => silences++,
  })
  silence.begin()
  clock.advance(15_000)
  expect([silences, looks]).toEqual([1, 2])
})
