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

test('day and year are those of the zone, wherever the machine stands', () => {
  const ms = Date.UTC(2026, 0, 1, 2)
  const now = Date.UTC(2026, 0, 1, 12)
  for (const locale of ['en', 'ar-EG', 'fa-IR', 'th-TH', undefined]) {
    expect(dayKey(ms, { locale, timeZone: 'America/Los_Angeles' })).toBe('2025-12-31')
    expect(dayKey(ms, { locale, timeZone: 'Asia/Tokyo' })).toBe('2026-01-01')
  }
  const shown = (timeZone: string) => formatDay(ms, now, { locale: 'en', timeZone })
  expect(shown('America/Los_Angeles')).toBe('Wednesday, December 31, 2025')
  expect(shown('Asia/Tokyo')).toBe('Thursday, January 1')
})
