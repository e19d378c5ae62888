import { expect, test } from 'vitest'
import { createSeed } from './createSeed.ts'

test('the same seed gives the same numbers, another seed gives others', () => {
  const take = (seed: number) => Array.from({ length: 5 }, createSeed(seed))
  expect(take(7)).toEqual(take(7))
  expect(take(7)).not.toEqual(take(8))
})

test('numbers lie in [0, 1) and are spread evenly', () => {
  const random = createSeed(1)
  const tenths = new Array<number>(10).fill(0)
  for (let i = 0; i < 10_000; i++) {
    const value = random()
    expect(value).toBeGreaterThanOrEqual(0)
    expect(value).toBeLessThan(1)
    const tenth = Math.floor(value * 10)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  expect(Math.min(...tenths)).toBeGreaterThan(900)
  expect(Math.max(...tenths)).toBeLessThan(1100)
})
