import { expect, test } from 'vitest'
import { Allowance } from './Allowance.ts'

test('[W12] gives a burst, then as much as refills, and says how long to wait', () => {
  const allowance = new Allowance(3, 10, 0)
  expect([1, 2, 3, 4].map(() => allowance.take(1, 0))).toEqual([0, 0, 0, 100])
  expect(allowance.take(1, 60)).toBe(40)
  expect(allowance.take(1, 100)).toBe(0)
  expect(allowance.take(5, 10_000)).toBe(0)
  expect([1, 2].map(() => allowance.take(1, 10_000))).toEqual([100, 100])
})

test('[W12] a clock that goes back takes nothing away', () => {
  const allowance = new Allowance(2, 10, 1_000)
  expect([allowance.take(1, 500), allowance.take(1, 0), allowance.take(1, 0)]).toEqual([0, 0, 100])
})

test('[W12] counts refusals within ten seconds', () => {
  const allowance = new Allowance(1, 1, 0)
  const verdicts = Array.from({ length: 101 }, () => allowance.refuse(1_000))
  expect(verdicts.indexOf(true)).toBe(100)
  expect(allowance.refuse(12_000)).toBe(false)
})

test('[W12] refusals count in any ten seconds, wherever those begin', () => {
  const allowance = new Allowance(1, 1, 0)
  const refuse = (times: number, atMs: number) =>
    Array.from({ length: times }, () => allowance.refuse(atMs)).indexOf(true)
  expect(refuse(1, 1_000)).toBe(-1)
  expect(refuse(99, 10_900)).toBe(-1)
  // The first one is too long ago; the 99 are not.
  expect(refuse(100, 11_100)).toBe(1)
  expect(refuse(100, 22_000)).toBe(-1)
})
