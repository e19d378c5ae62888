import { DEFAULT_LIMITS } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { Posters } from './Posters.ts'

test('[T12][W12] an author who posts is admitted as fast as a connection may speak', () => {
  const posters = new Posters({ ...DEFAULT_LIMITS, burst: 2, perSecond: 10 })
  expect([1, 2, 3].map(() => posters.admit('ada', 0))).toEqual([0, 0, 100])
  expect([posters.admit('bob', 0), posters.admit('ada', 100)]).toEqual([0, 0])
})

test('[W12] strangers without number push out who asked longest ago, and nobody else', () => {
  const posters = new Posters({ ...DEFAULT_LIMITS, burst: 1, perSecond: 1 })
  posters.admit('first', 0)
  posters.admit('ada', 0)
  for (let i = 0; i < 999; i++) posters.admit(`stranger ${i}`, 0)
  expect([posters.admit('ada', 0), posters.admit('first', 0)]).toEqual([1_000, 0])
})
