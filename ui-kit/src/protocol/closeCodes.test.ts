import { expect, test } from 'vitest'
import { closeAction, closeWaitMs } from './closeCodes.ts'

test.each([
  ...[1000, 1001, 1005, 1006, 1009, 1011, 1012, 1014, 4000, 4404, 4999].map((c) => [c, 'retry']),
  ...[1013, 4429].map((c) => [c, 'slow']),
  [4401, 'refresh'],
  ...[4400, 4403, 4410, 4426].map((c) => [c, 'final']),
  ...[1002, 1003, 1007, 1008, 1010].map((c) => [c, 'bug']),
])('a client that is closed with %s does: %s', (code, action) => {
  expect(closeAction(code as number)).toBe(action)
})

test('[W14] reads the wait out of a reason of the form code;waitMs', () => {
  expect(closeWaitMs('overloaded;2500')).toBe(2500)
  for (const reason of ['', 'overloaded', 'a;b', 'a;-5', 'a;Infinity', 'a;', 'a;1e12'])
    expect(closeWaitMs(reason)).toBe(0)
})
