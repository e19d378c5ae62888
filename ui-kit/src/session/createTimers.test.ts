import { expect, test } from 'vitest'
import { createManualClock } from '../testing/createManualClock.ts'
import { createTimers } from './createTimers.ts'

test('[F30] a timer never rings early, not by a fraction either: who looks at the clock finds it due', () => {
  const clock = createManualClock()
  clock.advance(0.1)
  const timers = createTimers(clock)
  const dueMs = clock.now() + 15_000.000000000007
  let rings = 0
  const wait = () =>
    timers.set('due', dueMs - clock.now(), () => {
      rings++
      if (rings < 10 && clock.now() < dueMs) wait()
    })
  wait()
  clock.advance(14_999)
  expect(rings).toBe(0)
  clock.advance(60_000)
  expect(rings).toBe(1)
})
