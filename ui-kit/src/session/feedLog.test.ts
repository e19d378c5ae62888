import { expect, test } from 'vitest'
import { createFeedLog, UNSTORED_POS } from './feedLog.ts'
import type { FeedMessage } from './Session.ts'

const row = (key: string, pos: number, more: Partial<FeedMessage> = {}): FeedMessage => ({
  key,
  id: `id-${key}`,
  pos,
  seq: pos,
  role: 'user',
  author: { id: 'ada', name: 'Ada' },
  state: 'done',
  parts: [],
  createdAt: 0,
  delivery: 'stored',
  ...more,
})

function filled() {
  const log = createFeedLog()
  for (const [key, pos] of [
    ['c', 30],
    ['a', 10],
    ['mine', UNSTORED_POS],
    ['b', 20],
    ['mine too', UNSTORED_POS],
  ] as const)
    log.put(row(key, pos))
  log.commit()
  return log
}

test('rows stand by pos, and what is not stored behind them in the order of saying', () => {
  expect(filled().keys()).toEqual(['a', 'b', 'c', 'mine', 'mine too'])
})

test('nothing is seen before the commit, and a commit names what changed', () => {
  const log = filled()
  const keys = log.keys()
  log.put(row('d', 40))
  expect(keys).toEqual(['a', 'b', 'c', 'mine', 'mine too'])
  log.retain(({ key }) => key !== 'a')
  expect(log.keys()).toBe(keys)
  expect(log.get('d')).toBeUndefined()
  expect(log.draft('d')?.pos).toBe(40)
  expect(log.commit()).toEqual(['d', 'a'])
  expect(log.keys()).toEqual(['b', 'c', 'd', 'mine', 'mine too'])
  expect(log.commit()).toEqual([])
})

test('the keys stay the same array while rows only change, and when one is stored in its place', () => {
  const log = filled()
  const keys = log.keys()
  log.put(row('b', 20, { state: 'streaming' }))
  log.put(row('mine', 40))
  log.commit()
  expect(log.keys()).toBe(keys)
  log.put(row('mine too', 35))
  log.commit()
  expect(log.keys()).toEqual(['a', 'b', 'c', 'mine too', 'mine'])
})

test('the list is the same array until a row changes, and unchanged rows stay the same objects', () => {
  const log = filled()
  const all = log.all()
  log.put(row('b', 20, { state: 'streaming' }))
  expect(log.all()).toBe(all)
  log.commit()
  expect(log.all()).not.toBe(all)
  expect(log.all()[0]).toBe(all[0])
  expect(log.isStreaming()).toBe(true)
})
