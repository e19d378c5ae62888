import { expect, test } from 'vitest'
import { createSeed } from '../testing/createSeed.ts'
import { backoffMs, DEFAULT_BACKOFF } from './backoff.ts'

const random = createSeed(7)

/** The share of `clients` that dial within the same 100 ms. */
function busiest(clients: number, retry: number, crowd: number): number {
  const slots = new Map<number, number>()
  for (let i = 0; i < clients; i++) {
    const slot = Math.floor(backoffMs(retry, random(), DEFAULT_BACKOFF, crowd) / 100)
    slots.set(slot, (slots.get(slot) ?? 0) + 1)
  }
  return Math.max(...slots.values()) / clients
}

test('[F13] the wait never reaches 0, NaN or more than the cap, however long the outage', () => {
  for (let retry = 0; retry < 5_000; retry++) {
    expect(backoffMs(retry, 0, DEFAULT_BACKOFF, 1)).toBe(DEFAULT_BACKOFF.floorMs)
    const longest = backoffMs(retry, 0.999, DEFAULT_BACKOFF, 1)
    expect(longest).toBeGreaterThan(900)
    expect(longest).toBeLessThanOrEqual(DEFAULT_BACKOFF.maxMs)
  }
})

test('[F14] of 1000 clients dropped together at most 15 % of a round share 100 ms, in late rounds 2 %', () => {
  expect(busiest(1_000, 0, 1)).toBeLessThan(0.15)
  expect(busiest(1_000, 8, 1)).toBeLessThan(0.02)
})

test('[F14] clients that know how many they are come back one by one: 5 % of 200, 1 % of 10,000', () => {
  expect(busiest(200, 0, 200)).toBeLessThanOrEqual(0.05)
  expect(busiest(10_000, 0, 10_000)).toBeLessThanOrEqual(0.01)
})

test('[F14] who is alone returns within a second; of 200 the last after 10 s, of 10,000 after 30 s', () => {
  const last = [1, 25, 200, 10_000].map((crowd) => backoffMs(0, 1, DEFAULT_BACKOFF, crowd))
  expect(last).toEqual([1_000, 1_250, 10_000, 30_000])
})

test('each cap is twice the one before, and the whole range is drawn after it', () => {
  const caps = [0, 1, 2, 3, 4, 5, 6].map((retry) => backoffMs(retry, 1, DEFAULT_BACKOFF, 1))
  expect(caps).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})
