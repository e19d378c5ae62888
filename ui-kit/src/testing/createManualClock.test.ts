import { expect, test } from 'vitest'
import { createManualClock } from './createManualClock.ts'

test('due timers run in order of time, equals in the order they were set', () => {
  const clock = createManualClock(1000)
  const ran: string[] = []
  const note = (name: string) => () => ran.push(`${name}@${clock.now()}`)
  clock.setTimeout(note('late'), 30)
  clock.setTimeout(note('first'), 10)
  clock.setTimeout(note('second'), 10)
  clock.setTimeout(note('never'), 31)
  clock.advance(30)
  expect(ran).toEqual(['first@1010', 'second@1010', 'late@1030'])
  expect(clock.now()).toBe(1030)
})

test('timers set while time moves run in the same advance when they are due', () => {
  const clock = createManualClock()
  const ran: number[] = []
  const tick = () => {
    ran.push(clock.now())
    clock.setTimeout(tick, 10)
  }
  clock.setTimeout(tick, 10)
  clock.advance(35)
  expect(ran).toEqual([10, 20, 30])
})

test('a cleared timer never runs, also when a due one clears it', () => {
  const clock = createManualClock()
  const ran: string[] = []
  const second = clock.setTimeout(() => ran.push('second'), 5)
  clock.setTimeout(() => clock.clearTimeout(third), 5)
  const third = clock.setTimeout(() => ran.push('third'), 5)
  clock.clearTimeout(second)
  clock.advance(10)
  expect(ran).toEqual([])
})

test('an exception leaves advance, the timers behind it stay', () => {
  const clock = createManualClock()
  const ran: string[] = []
  clock.setTimeout(() => {
    throw new Error('broken timer')
  }, 1)
  clock.setTimeout(() => ran.push('next'), 2)
  expect(() => clock.advance(5)).toThrow('broken timer')
  clock.advance(5)
  expect(ran).toEqual(['next'])
})

test('a clock never moves backwards', () => {
  expect(() => createManualClock().advance(-1)).toThrow(RangeError)
})
