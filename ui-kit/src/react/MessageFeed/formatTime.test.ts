import { expect, test } from 'vitest'
import { dayKey, formatDay, formatTime, isoTime, NO_ZONE } from './formatTime.ts'

test('a time has words, and one that no date has has none', () => {
  const ms = Date.UTC(2026, 2, 4, 9, 30)
  expect(formatTime(ms, NO_ZONE)).toMatch(/^9:30\sAM$/)
  expect(formatDay(ms, ms, NO_ZONE)).toBe('Wednesday, March 4')
  expect(isoTime(ms)).toBe('2026-03-04T09:30:00.000Z')
  for (const none of [NaN, Infinity, 1e300, undefined as never, 'zz' as never]) {
    expect(formatTime(none, NO_ZONE)).toBe('')
    expect(formatDay(none, ms, NO_ZONE)).toBe('')
    expect(dayKey(none, NO_ZONE)).toBe('')
    expect(isoTime(none)).toBeUndefined()
  }
})
