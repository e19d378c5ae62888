import { expect, test } from 'vitest'
import { createFeed } from './createFeed.ts'
import { UNSTORED_POS } from './feedLog.ts'
import { initialState } from './InitialSession.ts'
import type { FeedMessage } from './Session.ts'

const row = (pos: number, change: Partial<FeedMessage> = {}): FeedMessage => ({
  id: `m${pos}`,
  key: `m${pos}`,
  pos,
  seq: pos,
  role: 'assistant',
  author: { id: 'agent', name: '' },
  state: 'done',
  parts: [],
  createdAt: 0,
  delivery: 'stored',
  ...change,
})

function open(you = 'ada') {
  const feed = createFeed({
    first: initialState({ sessionId: 'harbour' }),
    schedule: () => () => {},
    outbox: () => [],
  })
  const be = (id: string) =>
    feed.patch({ you: { conn: 'c', user: { id, name: '' }, role: 'member' } })
  be(you)
  const show = (...rows: FeedMessage[]) => {
    for (const one of rows) feed.log.put(one)
    feed.commit()
    return feed.store.getState().unread
  }
  return { feed, be, show }
}

test('unread is what others said since, the first by its place and not by when it came', () => {
  const { feed, show } = open()
  show(row(1), row(2))
  feed.markRead()
  expect(feed.store.getState().unread).toEqual({ count: 0 })
  expect(show(row(5), row(7))).toEqual({ count: 2, firstKey: 'm5' })
  expect(show(row(4))).toEqual({ count: 3, firstKey: 'm4' })
  const own = { id: 'ada', name: '' }
  expect(show(row(8, { author: own }), row(UNSTORED_POS, { author: own })).count).toBe(3)
  expect(show(row(2, { seq: 9 })).count).toBe(3)
})

test('a schedule that runs at once shows every commit', () => {
  const feed = createFeed({
    first: initialState({ sessionId: 'harbour' }),
    schedule(run) {
      run()
      return () => {}
    },
    outbox: () => [],
  })
  const shown = [1, 2, 3].map((pos) => {
    feed.log.put(row(pos))
    feed.commitSoon()
    return feed.store.getState().keys.length
  })
  expect(shown).toEqual([1, 2, 3])
})

test('what is deleted or gone was not missed, and the next one is the first', () => {
  const { feed, show } = open()
  show(row(1))
  feed.markRead()
  show(row(2), row(3), row(4))
  expect(show(row(2, { state: 'deleted' }))).toEqual({ count: 2, firstKey: 'm3' })
  feed.log.retain(({ key }) => key === 'm4')
  expect(show()).toEqual({ count: 1, firstKey: 'm4' })
  feed.log.retain(() => false)
  expect(show()).toEqual({ count: 0 })
})

test('who comes back as somebody else has other unread words', () => {
  const { be, show } = open('ada')
  expect(show(row(1, { author: { id: 'ada', name: '' } }), row(2)).count).toBe(1)
  be('bob')
  expect(show()).toEqual({ count: 2, firstKey: 'm1' })
})

test('a message costs the same, however many are unread', () => {
  const { feed, show } = open()
  show(row(1))
  let looks = 0
  const { get } = feed.log
  feed.log.get = (key) => {
    looks++
    return get(key)
  }
  for (let pos = 2; pos <= 501; pos++) show(row(pos))
  expect(feed.store.getState().unread.count).toBe(501)
  expect(looks).toBe(500)
})
