import { expect, test } from 'vitest'
import { createOutbox } from './createOutbox.ts'
import { createStorage } from './createWorld.test.ts'
import { createKeep, keepPrefix } from './keep.ts'

const entry = (cid: string) => ({
  cid,
  owner: 'ada',
  createdAt: 1,
  bytes: 40,
  parts: [{ type: 'text' as const, text: cid }],
})
const open = (storage = createStorage(), sessionId = 'room') => ({
  storage,
  outbox: createOutbox(createKeep(keepPrefix('https://chat.test', sessionId), storage)),
})

test('[F55] what was said is read back in the order of saying, with its failures', () => {
  const { storage, outbox } = open()
  for (const cid of ['one', 'two', 'three']) outbox.add(entry(cid))
  const two = outbox.get('two')
  if (two) outbox.save(Object.assign(two, { failure: { code: 'forbidden', message: 'no' } }))
  outbox.remove('one')
  const again = open(storage).outbox
  expect(again.list().map(({ cid, delivery }) => [cid, delivery])).toEqual([
    ['two', 'failed'],
    ['three', 'queued'],
  ])
  expect(again.cids()).toEqual(['two', 'three'])
})

test('[F58] another session, and another address, have an outbox of their own', () => {
  const { storage, outbox } = open()
  outbox.add(entry('here'))
  expect(open(storage, 'room2').outbox.list()).toEqual([])
  expect(open(storage, 'roo').outbox.list()).toEqual([])
})

test('an entry of another version, or of nobody’s making, is left alone', () => {
  const { storage } = open()
  const prefix = `${keepPrefix('https://chat.test', 'room')}out:`
  storage.setItem(`${prefix}later`, '{"v":2,"cid":"later","parts":[]}')
  storage.setItem(`${prefix}torn`, '{"v":1,')
  expect(open(storage).outbox.list()).toEqual([])
  expect(storage.length).toBe(2)
})

test('a wish for another answer is not kept and has no row', () => {
  const { storage, outbox } = open()
  outbox.add({ ...entry('again'), parts: [], again: 'answer' })
  expect(outbox.cids()).toEqual([])
  expect(storage.length).toBe(0)
})
