import { expect, test } from 'vitest'
import type { Message } from '../protocol/index.ts'
import { assertNoGaps } from './assertNoGaps.ts'
import { createFakeServer } from './createFakeServer.ts'
import { createManualClock } from './createManualClock.ts'

const server = createFakeServer({ clock: createManualClock() })
const log = server
  .session('room')
  .history(['one', 'two', 'three', 'four'].map((text) => ({ text, author: 'Ada' })))

const [one, two, three, four] = log as [Message, Message, Message, Message]
const row = (message: Message) => ({ ...message, key: message.id, delivery: 'stored' })
const waiting = (cid: string, delivery = 'queued') => ({
  ...row(one),
  id: cid,
  key: cid,
  cid,
  pos: Number.MAX_SAFE_INTEGER,
  delivery,
})

test.each([
  ['all of it', [one, two, three, four]],
  ['the newest of it', [three, four]],
  [
    'rows of a session, two of them unsent',
    [...log.map(row), waiting('cid-0001', 'failed'), waiting('cid-0002')],
  ],
])('a feed without a gap passes: %s', (_name, feed) => {
  expect(() => assertNoGaps(feed, log)).not.toThrow()
})

test.each<[string, Message[], string]>([
  ['a missing message', [one, two, four], 'missing: pos 3, Ada: "three"'],
  ['a missing last message', [one, two, three], 'missing: pos 4, Ada: "four"'],
  ['a doubled message', [one, two, two, three, four], 'doubled: pos 2, Ada: "two"'],
  ['messages that changed places', [one, three, two, four], 'out of order: pos 2, Ada: "two"'],
  ['an old copy', [one, two, three, { ...four, seq: 3 }], 'not as stored: pos 4, Ada: "four"'],
  [
    'cut text',
    [one, two, three, { ...four, parts: [{ type: 'text', text: 'fo' }] }],
    'not as stored: pos 4, Ada: "fo"',
  ],
  ['a stranger', [one, two, three, four, { ...one, id: 'x', pos: 9 }], 'not in the log: pos 9'],
  ['another time', [one, two, three, { ...four, createdAt: 1 }], 'not as stored: pos 4'],
  [
    'a waiting row that comes twice',
    [...log, waiting('cid-0001'), waiting('cid-0001')],
    'doubled: ',
  ],
  [
    'a waiting row between stored ones',
    [one, two, waiting('cid-0001'), three, four],
    'out of order: pos 3, Ada: "three"',
  ],
  ['nothing at all', [], 'missing: all 4 messages'],
])('[W3] %s is named', (_name, feed, problem) => {
  expect(() => assertNoGaps(feed, log)).toThrow(
    expect.objectContaining({ code: 'gap', message: expect.stringContaining(problem) }),
  )
})

test('a streaming message of a snapshot may lie below messages that were not loaded', () => {
  const streaming: Message = { ...one, state: 'streaming' }
  const stored = [streaming, two, three, four]
  expect(() => assertNoGaps([streaming, four], stored)).not.toThrow()
  expect(() => assertNoGaps([streaming, four], stored, { mayBeginLater: false })).toThrow(
    'missing: pos 2',
  )
})

test('a feed that streams and has nothing else is whole while the log has nothing else', () => {
  const streaming: Message = { ...one, state: 'streaming' }
  expect(() => assertNoGaps([streaming], [streaming])).not.toThrow()
  expect(() => assertNoGaps([streaming], [streaming, two])).toThrow('missing: all 1 messages')
})

test('[W5] a stored message that still waits as a row of its own is doubled', () => {
  const cid = 'cid-of-one'
  const stored = [{ ...one, cid }, two, three, four]
  expect(() => assertNoGaps([...stored, waiting(cid)], stored)).toThrow('doubled: ')
  const theirs = { ...waiting(cid), author: { id: 'bob', name: 'Bob' } }
  expect(() => assertNoGaps([...stored, theirs], stored)).not.toThrow()
})

test('an empty feed of an empty log has no gap', () => {
  expect(() => assertNoGaps([], [])).not.toThrow()
})
