import { expect, test } from 'vitest'
import { createManualClock } from '../testing/createManualClock.ts'
import { createSilence } from './createSilence.ts'
import { createTimers } from './createTimers.ts'

function start(draw = 0) {
  const clock = createManualClock()
  const silentAtMs: number[] = []
  const turn = { isRunning: true }
  const silence = createSilence({
    clock,
    timers: createTimers(clock),
    random: () => draw,
    crowd: () => 100,
    isExpecting: () => turn.isRunning,
    onSilent() {
      silentAtMs.push(clock.now())
      // The catch-up that was asked for has come.
      silence.begin()
    },
  })
  silence.begin()
  return { clock, silence, silentAtMs, turn }
}

test('[W3] a turn of which nothing is heard is asked for after 15 s, 30 s, and 60 s each', () => {
  const { clock, silentAtMs } = start()
  clock.advance(250_000)
  expect(silentAtMs).toEqual([15_000, 45_000, 105_000, 165_000, 225_000])
})

test('[W3] what is heard counts from then on, and from the beginning', () => {
  const { clock, silence, silentAtMs } = start()
  clock.advance(20_000)
  silence.heard()
  clock.advance(20_000)
  silence.heard()
  clock.advance(14_999)
  expect(silentAtMs).toEqual([15_000])
  clock.advance(1)
  expect(silentAtMs).toEqual([15_000, 55_000])
})

test('[F14] [W3] 100 clients of a turn that says nothing ask one by one, over 5 s', () => {
  const asked = [0, 0.25, 0.5, 0.75, 1].map((draw) => {
    const { clock, silentAtMs } = start(draw)
    clock.advance(21_000)
    return silentAtMs
  })
  expect(asked).toEqual([[15_000], [16_250], [17_500], [18_750], [20_000]])
})

test('[W3] nobody asks for a turn that has ended, or on a line that is down', () => {
  const { clock, silence, silentAtMs, turn } = start()
  turn.isRunning = false
  clock.advance(60_000)
  turn.isRunning = true
  silence.begin()
  silence.end()
  clock.advance(60_000)
  expect(silentAtMs).toEqual([])
})

test('[W3] a silence that began at a fraction of a millisecond is noticed once, not looked at for ever', () => {
  // 16439.6 - 1439.6 is a hair less than 15000.
  const clock = createManualClock(1_439.6)
  let looks = 0
  let silences = 0
  const silence = createSilence({
    clock,
    timers: createTimers(clock),
    random: () => 0,
    crowd: () => 1,
    isExpecting: () => looks++ < 100,
    onSilent: () => silences++,
  })
  silence.begin()
  clock.advance(15_000)
  expect([silences, looks]).toEqual([1, 2])
})
