/** Several tabs of one person on one storage, kept apart by locks, on the fake server. */

import { expect, test } from 'vitest'
import type { TabLocks } from './createTabs.ts'
import {
  createStorage,
  createWorld,
  openBrowser,
  phase,
  rows,
  settle,
  text,
  texts,
} from './createWorld.test.ts'

test('[F85] a tab leaves the queue of a living tab alone: nothing is sent twice', async () => {
  const { open, clock, room, sent } = openBrowser()
  const first = await open()
  first.wire.offline(true)
  for (const word of ['a', 'b']) first.session.send(word)
  const second = await open()
  clock.advance(5_000)
  await settle()
  expect(texts(second.session)).toEqual([])
  second.session.send('c')
  clock.advance(1_000)
  expect(room.messages.map(text)).toEqual(['c'])
  first.wire.offline(false)
  clock.advance(20_000)
  expect(room.messages.map(text)).toEqual(['c', 'a', 'b'])
  expect(sent('send')).toHaveLength(3)
  for (const { session } of [first, second])
    expect(rows(session)).toEqual(['c stored', 'a stored', 'b stored'])
})

test('[F85] what a crashed tab left goes to one of the others, once and in order', async () => {
  const { open, clock, room, sent, storage, waiting } = openBrowser()
  const first = await open()
  first.wire.offline(true)
  for (const word of ['a', 'b', 'c']) first.session.send(word)
  const others = [await open(), await open()]
  expect(waiting()).toBe(2)
  await first.crash()
  clock.advance(20_000)
  expect(room.messages.map(text)).toEqual(['a', 'b', 'c'])
  expect(sent('send')).toHaveLength(3)
  for (const { session } of others) expect(texts(session)).toEqual(['a', 'b', 'c'])
  // Marks, for a tab that is put away and has them, too.
  const left = [...storage.texts].flatMap(([key, kept]) => (key.includes('out:') ? kept : []))
  expect(left).toEqual(Array(3).fill(expect.stringMatching(/^stored \d+ \w+$/)))
})

test('[F85] a tab that came later and crashed is noticed within half a minute', async () => {
  const { open, clock, room } = openBrowser()
  const first = await open()
  const later = await open()
  later.wire.offline(true)
  later.session.send('left')
  await later.crash()
  expect(room.messages).toEqual([])
  clock.advance(30_000)
  await settle()
  clock.advance(1_000)
  expect(room.messages.map(text)).toEqual(['left'])
  expect(rows(first.session)).toEqual(['left stored'])
})

test('[F85] what is adopted stands where it was said, in the feed and in the outbox', async () => {
  const { open } = openBrowser()
  const first = await open()
  first.wire.offline(true)
  const one = first.session.send('one')
  const second = await open()
  second.wire.offline(true)
  const two = second.session.send('two')
  first.session.close()
  await settle()
  expect(texts(second.session)).toEqual(['one', 'two'])
  expect(second.session.store.getState().outbox).toEqual([one.cid, two.cid])
})

test('[F49] [F85] what a tab sent and died over stays stored for the one that takes over', async () => {
  const { open, clock, room, storage } = openBrowser()
  const [first, second] = [await open(), await open()]
  second.wire.latency({ ms: 1_000 })
  const { cid } = second.session.send('once')
  clock.advance(1_500)
  expect(rows(first.session)).toEqual(['once stored'])
  const seen: string[] = []
  first.session.subscribeMessages(() => seen.push(...rows(first.session)))
  await second.crash()
  clock.advance(60_000)
  await settle()
  clock.advance(60_000)
  expect(new Set([...seen, ...rows(first.session)])).toEqual(new Set(['once stored']))
  expect(first.session.store.getState().outbox).toEqual([])
  const left = [...storage.texts].flatMap(([key, kept]) => (key.includes(cid) ? kept : []))
  expect(left).toEqual([expect.stringMatching(/^stored /)])
  expect(room.messages.map(text)).toEqual(['once'])
})

test('[F29] [F85] what went to another tab and came back is the same message, not a second one', async () => {
  const { open, clock, room } = openBrowser()
  const [first, second] = [await open(), await open()]
  for (const { wire } of [first, second]) wire.offline(true)
  const { cid } = first.session.send('once')
  first.hear('pagehide')
  await settle()
  clock.advance(40_000)
  await settle()
  expect(texts(second.session)).toEqual(['once'])
  second.hear('pagehide')
  await settle()
  first.hear('pageshow')
  await settle()
  expect(first.session.store.getState().outbox).toEqual([cid])
  first.wire.offline(false)
  clock.advance(60_000)
  expect(rows(first.session)).toEqual(['once stored'])
  expect(room.messages.map(text)).toEqual(['once'])
})

test('[F55] [F85] a reload finds what it left, ahead of what is said at once', async () => {
  const { open, clock, room } = openBrowser()
  const before = await open()
  before.wire.offline(true)
  for (const word of ['one', 'two']) before.session.send(word)
  before.session.close()
  const after = await open()
  expect(texts(after.session)).toEqual(['one', 'two'])
  after.session.send('three')
  clock.advance(10_000)
  expect(room.messages.map(text)).toEqual(['one', 'two', 'three'])
})

test('[F58] [F85] what another guest left is taken over to be shown, not to be sent', async () => {
  const { open, join, locks, storage, clock, room } = openBrowser()
  const first = await open()
  first.wire.offline(true)
  first.session.send('mine')
  const other = join({ storage, locks, guest: 'b'.repeat(20) })
  await settle()
  clock.advance(1_000)
  await first.crash()
  clock.advance(1_000)
  expect(room.messages).toEqual([])
  expect(rows(other)).toEqual(['mine failed'])
})

test('[F28] [F29] a page put away holds no lock; what another tab sent for it, it does not send', async () => {
  const { open, clock, room, sent, names, waiting } = openBrowser()
  const first = await open()
  first.wire.offline(true)
  first.session.send('a')
  const second = await open()
  const kept = names()
  first.hear('pagehide')
  await settle()
  expect(names()).toHaveLength(kept.length - 1)
  expect(waiting()).toBe(0)
  clock.advance(1_000)
  expect(rows(second.session)).toEqual(['a stored'])
  const seen: string[][] = []
  first.session.subscribeMessages(() => seen.push(texts(first.session)))
  first.wire.offline(false)
  first.hear('pageshow')
  clock.advance(10_000)
  await settle()
  expect(rows(first.session)).toEqual(['a stored'])
  // At no commit was the row away.
  expect(seen.every((shown) => shown.join() === 'a')).toBe(true)
  expect(room.messages).toHaveLength(1)
  expect(sent('send')).toHaveLength(1)
  expect(names()).toHaveLength(kept.length)
})

test('[F28] a page that comes back with its queue untouched sends it itself', async () => {
  const { open, clock, room } = openBrowser()
  const only = await open()
  only.wire.offline(true)
  const { stored } = only.session.send('a')
  only.hear('pagehide')
  clock.advance(60_000)
  only.wire.offline(false)
  only.hear('pageshow')
  clock.advance(5_000)
  expect((await stored).pos).toBe(1)
  expect(room.messages.map(text)).toEqual(['a'])
})

test('[F85] where locks are refused every tab takes everything, and the server keeps it single', async () => {
  const { join, server, clock, room } = createWorld()
  const storage = createStorage()
  const locks: TabLocks = { request: () => Promise.reject(new DOMException('', 'SecurityError')) }
  server.offline(true)
  const first = join({ storage, locks })
  await settle()
  first.send('a')
  const second = join({ storage, locks })
  await settle()
  expect(rows(second)).toEqual(['a queued'])
  server.offline(false)
  clock.advance(20_000)
  expect(room.messages.map(text)).toEqual(['a'])
  for (const tab of [first, second]) expect(rows(tab)).toEqual(['a stored'])
})

test('[F86] no tab keeps an id of its own where a duplicate would find it', async () => {
  const { open, storage, names } = openBrowser()
  const { session, wire } = await open()
  wire.offline(true)
  session.send('a')
  const [entry = ''] = [...storage.texts].flatMap(([key, kept]) =>
    key.includes('out:') ? kept : [],
  )
  const twin = await open()
  expect(names()).toHaveLength(2)
  expect(names().some((name) => name.endsWith(JSON.parse(entry).tab))).toBe(true)
  expect(texts(twin.session)).toEqual([])
})

test('close() lets go of the lock and of those it waited for; forget() leaves nothing', async () => {
  const { open, names, waiting, storage } = openBrowser()
  const first = await open()
  first.wire.offline(true)
  first.session.send('a')
  const second = await open()
  second.session.close()
  first.session.forget()
  await settle()
  expect(names()).toEqual([])
  expect(waiting()).toBe(0)
  expect([...storage.texts.keys()]).toEqual([])
})

test.each(['close', 'forget', 'abort'] as const)(
  '[F24] [F29] after %s() while it is put away a session stays closed, whatever its page does',
  async (end) => {
    const { open, clock, names, sent } = openBrowser()
    const abort = new AbortController()
    const { session, late } = await open({ signal: abort.signal })
    const hear = late()
    hear('pagehide')
    if (end === 'abort') abort.abort()
    else session[end]()
    for (const event of ['online', 'visible', 'pageshow'] as const) hear(event)
    if (end === 'abort') session.reconnect()
    clock.advance(600_000)
    await settle()
    expect(phase(session)).toBe('ended')
    expect(names()).toEqual([])
    expect(sent('hello')).toHaveLength(1)
  },
)

test('[F24] closed by a listener that hears of the way back, a session holds nothing', async () => {
  const { open, clock, names, sent } = openBrowser()
  const { session, hear } = await open()
  hear('pagehide')
  await settle()
  session.store.subscribe(() => session.close())
  hear('visible')
  hear('pageshow')
  clock.advance(600_000)
  await settle()
  expect(phase(session)).toBe('ended')
  expect(names()).toEqual([])
  expect(sent('hello')).toHaveLength(1)
})

test('[F24] a guest who logged out in one tab is logged out in those that were put away', async () => {
  const { open, clock, room, storage } = openBrowser()
  const [here, away] = [await open(), await open()]
  away.session.send('kept')
  clock.advance(1_000)
  away.hear('pagehide')
  away.session.send('unsent')
  here.session.forget()
  away.hear('pageshow')
  clock.advance(600_000)
  await settle()
  expect(away.session.store.getState().connection).toMatchObject({
    phase: 'ended',
    close: { reason: expect.stringMatching(/logged out/) },
  })
  expect(room.messages.map(text)).toEqual(['kept'])
  const before = away.session.store.getState().you?.user.id
  away.session.reconnect()
  clock.advance(1_000)
  expect(phase(away.session)).toBe('live')
  expect(away.session.store.getState().you?.user.id).not.toBe(before)
  expect(room.messages.map(text)).toEqual(['kept'])
  expect([...storage.texts.keys()].filter((key) => key.endsWith('guest'))).toHaveLength(1)
})

test('[F24] of two first tabs at once the one whose name was overwritten is not taken for logged out', async () => {
  const { open, openOffline, pass, storage } = openBrowser()
  const first = await openOffline()
  const name = [...storage.texts.keys()].find((key) => key.endsWith(':guest')) ?? ''
  storage.setItem(name, 'b'.repeat(20))
  const second = await open()
  first.wire.offline(false)
  await first.hear('online')
  await pass(1_000)
  first.wire.drop()
  await pass(5_000)
  for (const { session } of [first, second]) expect(phase(session)).toBe('live')
})

test('[W12] [F85] a refused message that is too old by now does not hold up the others', async () => {
  const { open, clock, server, sent, room } = openBrowser()
  let aheadMs = 0
  const wallClock = () => 1_800_000_000_000 + aheadMs
  const gone = await open({ wallClock })
  gone.wire.offline(true)
  gone.session.send('left')
  const { session } = await open({ wallClock })
  server.nackNext('storage', { waitMs: 5_000 })
  session.send('old')
  clock.advance(100)
  aheadMs = 15 * 86_400_000
  session.send('new')
  await gone.crash()
  expect(rows(session)).toEqual(['left failed', 'old failed', 'new queued'])
  clock.advance(60_000)
  expect(room.messages.map(text)).toEqual(['new'])
  // Not before the hello: until then the server would refuse it, for it waits for the old one.
  expect(sent('send')).toHaveLength(2)
})
