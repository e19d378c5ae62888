import { expect, test } from 'vitest'
import { busiestShare } from './busiestShare.ts'

test('the busiest stretch may begin anywhere, and ends before its length', () => {
  expect(busiestShare([0, 99, 100, 150, 190, 500], 100)).toBe(4 / 6)
  expect(busiestShare([500, 0, 100], 100)).toBe(1 / 3)
  expect(busiestShare([7, 7, 7], 100)).toBe(1)
})
