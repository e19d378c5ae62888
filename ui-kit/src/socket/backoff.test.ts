import { expect, test } from 'vitest'
import { createSeed } from '../testing/createSeed.ts'
import { backoffMs, DEFAULT_BACKOFF } from './backoff.ts'

test('[F13] the wait never reaches 0, NaN or more than the cap, however long the outage', () => {
  for (let retry = 0; retry < 5_000; retry++) {
    expect(backoffMs(retry, 0, DEFAULT_BACKOFF)).toBe(DEFAULT_BACKOFF.floorMs)
    const longest = backoffMs(retry, 0.999, DEFAULT_BACKOFF)
    expect(longest).toBeGreaterThan(900)
    expect(longest).toBeLessThanOrEqual(DEFAULT_BACKOFF.maxMs)
  }
})

test('[F14] of 1000 clients dropped together at most 15 % of a round share 100 ms, in late rounds 2 %', () => {
  const random = createSeed(7)
  const busiest = (retry: number) => {
    const slots = new Map<number, number>()
    for (let i = 0; i < 1_000; i++) {
      const slot = Math.floor(backoffMs(retry, random(), DEFAULT_BACKOFF) / 100)
      slots.set(slot, (slots.get(slot) ?? 0) + 1)
    }
    return Math.max(...slots.values()) / 1_000
  }
  expect(busiest(0)).toBeLessThan(0.15)
  expect(busiest(8)).toBeLessThan(0.02)
})

test('each cap is twice the one before, and the whole range is drawn after it', () => {
  const caps = [0, 1, 2, 3, 4, 5, 6].map((retry) => backoffMs(retry, 1, DEFAULT_BACKOFF))
  expect(caps).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})
