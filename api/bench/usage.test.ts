import { expect, test } from 'vitest'
import { parseCpuTime, readUsage } from './usage.ts'

test.each([
  ['0:01.25', 1_250],
  ['12:03.00', 723_000],
  ['01:00:00', 3_600_000],
  ['2-00:00:01', 172_801_000],
])('ps says %s', (text, ms) => expect(parseCpuTime(text)).toBe(ms))

test('a process that works uses CPU and has memory', () => {
  const before = readUsage(process.pid)
  for (let n = 0; readUsage(process.pid).cpuMs === before.cpuMs; n++) JSON.stringify({ n })
  expect(before.rssKiB).toBeGreaterThan(10_000)
})

test('of a process that is gone nothing is known', () =>
  expect(readUsage(2 ** 30)).toEqual({ cpuMs: Number.NaN, rssKiB: Number.NaN }))
