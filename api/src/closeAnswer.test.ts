import { expect, test } from 'vitest'
import { closeAnswer } from './closeAnswer.ts'

test('[W14][S57][S58] returns a code that may be sent, 1000 for 1005, and nothing where no close came', () => {
  const codes = [
    1000, 1001, 1003, 1004, 1005, 1006, 1011, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 0,
  ]
  expect(codes.map(closeAnswer)).toEqual([
    1000,
    1001,
    1003,
    1000,
    1000,
    undefined,
    1011,
    1014,
    undefined,
    1000,
    1000,
    3000,
    4999,
    1000,
    1000,
  ])
})
