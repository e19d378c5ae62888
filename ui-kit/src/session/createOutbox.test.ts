import { expect, test } from 'vitest'
import { createOutbox, whyHeld } from './createOutbox.ts'
import { createStorage } from './createWorld.test.ts'
import { createKeep, keepPrefix } from './keep.ts'

const entry = (cid: string) => ({
  cid,
  owner: 'ada',
  author: { id: 'ada', name: 'Ada' },
  createdAt: 1,
  bytes: 40,
  parts: [{ type: 'text' as const, text: cid }],
})
const everything = () => true
function open(storage = createStorage(), sessionId = 'room', tab = '') {
  const keep = createKeep(keepPrefix('https://chat.test', sessionId), storage)
  const outbox = createOutbox(keep, () => 1, tab)
  outbox.adopt(tab, everything)
  return { storage, outbox }
}

test('[F55] what was said is read back in the order of saying, with its failures', () => {
  const { storage, outbox } = open()
  for (const cid of ['one-----', 'two-----', 'three---']) outbox.add(entry(cid))
  const two = outbox.get('two-----')
  if (two) outbox.save(Object.assign(two, { failure: { code: 'forbidden', message: 'no' } }))
  outbox.remove('one-----')
  const again = open(storage).outbox
  expect(again.list().map(({ cid, delivery }) => [cid, delivery])).toEqual([
    ['two-----', 'failed'],
    ['three---', 'queued'],
  ])
  expect(again.cids()).toEqual(['two-----', 'three---'])
})

test('[F58] another session, and another address, have an outbox of their own', () => {
  const { storage, outbox } = open()
  outbox.add(entry('here----'))
  expect(open(storage, 'room2').outbox.list()).toEqual([])
  expect(open(storage, 'roo').outbox.list()).toEqual([])
})

test('an entry of another version, or of nobody’s making, is left alone', () => {
  const { storage } = open()
  const prefix = `${keepPrefix('https://chat.test', 'room')}out:`
  storage.setItem(`${prefix}later`, '{"v":3,"cid":"later","parts":[]}')
  storage.setItem(`${prefix}torn`, '{"v":1,')
  expect(open(storage).outbox.list()).toEqual([])
  expect(storage.length).toBe(2)
})

test.each([
  ['', 'g_?', 'unknown_writer'],
  ['?page', 'g_?', 'unknown_writer'],
  ['guest:1a2b', 'g_:1a2b', 'other_identity'],
  ['ada', 'ada', undefined],
])('[F55] [F58] of the version before, what %j owns is of %j', (before, owner, code) => {
  const { storage } = open()
  const old = { v: 1, cid: 'old-----', n: 1, owner: before, tab: '', createdAt: 1 }
  const parts = [{ type: 'text', text: 'old' }]
  const name = `${keepPrefix('https://chat.test', 'room')}out:old-----`
  storage.setItem(name, JSON.stringify({ ...old, parts }))
  const [entry] = open(storage).outbox.list()
  expect(entry).toMatchObject({ owner, author: { id: '', name: '' }, delivery: 'queued', parts })
  expect(entry && whyHeld(entry, 'ada', 1)?.code).toBe(code)
})

test.each<[string, unknown]>([
  ['no parts', { parts: [] }],
  ['a part that is none', { parts: [null] }],
  ['a text without text', { parts: [{ type: 'text' }] }],
  ['a file without address', { parts: [{ type: 'file', mediaType: 'image/png' }] }],
  ['a kind nobody may send', { parts: [{ type: 'tool', callId: 'a', name: 'b', state: 'done' }] }],
  ['another name than its cid', { cid: 'another-one' }],
  ['no place', { n: null }],
  ['no time', { createdAt: 'zz' }],
  ['more parts than a message has', { parts: Array(33).fill({ type: 'text', text: 'x' }) }],
  ['a time beyond all days', { createdAt: 1e300 }],
  ['no owner', { owner: 7 }],
  ['no author', { author: undefined }],
  ['an author without a name', { author: { id: 'ada' } }],
  ['a failure without words', { failure: true }],
  ['meta that is none', { meta: 'x' }],
])('a kept entry with %s is left alone, and the others are read', (_, change) => {
  const { storage, outbox } = open()
  outbox.add(entry('good----'))
  const name = `${keepPrefix('https://chat.test', 'room')}out:`
  const kept = JSON.parse(storage.getItem(`${name}good----`) ?? '')
  storage.setItem(
    `${name}bad-----`,
    JSON.stringify({ ...kept, cid: 'bad-----', ...(change as object) }),
  )
  expect(open(storage).outbox.cids()).toEqual(['good----'])
  expect(storage.length).toBe(2)
})

test('[W12] an entry whose cid no server reads is left alone, or it would be resent for ever', () => {
  const { storage, outbox } = open()
  outbox.add(entry('a cid with blanks'))
  outbox.add(entry('good----'))
  expect(open(storage).outbox.cids()).toEqual(['good----'])
})

test('a wish for another answer is not kept and has no row', () => {
  const { storage, outbox } = open()
  outbox.add({ ...entry('again'), parts: [], again: 'answer' })
  expect(outbox.cids()).toEqual([])
  expect(storage.length).toBe(0)
})

test('[F85] what another tab has sent is sent by none where it waits for a word, and by its writer heard of', () => {
  const { storage, outbox } = open()
  const sent = outbox.add(entry('sent----'))
  const waiting = open(storage).outbox.get(sent.cid)
  open(storage).outbox.remove(sent.cid)
  expect(outbox.whereIs(sent)).toBe('here')
  const failure = { code: 'other_identity', message: '' } as const
  expect(waiting && outbox.whereIs({ ...waiting, failure })).toBe('stored')
})

test('[F85] what nobody knows the writer of is its own page’s, and of those that took it the last one’s', () => {
  const { storage, outbox: first } = open(undefined, 'room', 'first')
  const { cid } = first.add({ ...entry('unknown-'), owner: 'g_?page' })
  const [second, third] = ['second', 'third'].map((tab) => open(storage, 'room', tab).outbox)
  second?.adopt('first', everything)
  third?.adopt('second', everything)
  const places = [first, second, third].map((outbox) => {
    const own = outbox?.get(cid)
    return own && outbox?.whereIs(own)
  })
  expect(places).toEqual(['here', 'elsewhere', 'here'])
})
