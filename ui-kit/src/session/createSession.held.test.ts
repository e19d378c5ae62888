/** What one person said in a browser, and another one who comes there says as their own. */

import { describe, expect, test } from 'vitest'
import { openShared, phase, rows, text, texts } from './createWorld.test.ts'

describe('[F58] in no case twice', () => {
  test('what the guest’s page had stored, and nobody heard of', async () => {
    const { open, pass, ada, authors } = openShared()
    const guest = await open()
    const account = await open({ ...ada, userId: 'ada' })
    await pass(1_000)
    account.wire.offline(true)
    guest.wire.loseNext('ack')
    guest.wire.loseNext('msg')
    const { cid } = guest.session.send('once')
    await pass(1_000)
    await guest.crash()
    await pass(35_000)
    expect(account.session.getMessage(cid)?.failure?.code).toBe('other_identity')
    account.session.retry(cid)
    account.wire.offline(false)
    await account.hear('online')
    await pass(60_000)
    expect(authors()).toEqual(['a guest'])
    expect(rows(account.session)).toEqual(['once stored'])
  })

  test.each(['forbidden', 'conflict'] as const)(
    'what the server refused its writer (%s), who said it again meanwhile',
    async (code) => {
      const { open, pass, ada, authors, server } = openShared()
      const guest = await open()
      await pass(500)
      server.nackNext(code)
      const { cid } = guest.session.send('once')
      await pass(500)
      await guest.hear('pagehide')
      const account = await open(ada)
      await pass(1_000)
      expect(account.session.getMessage(cid)?.failure?.code).toBe(code)
      await account.hear('pagehide')
      await guest.hear('pageshow')
      await pass(3_000)
      guest.session.retry(cid)
      await pass(1_000)
      account.wire.offline(true)
      await account.hear('pageshow')
      account.session.retry(cid)
      account.wire.offline(false)
      await account.hear('online')
      await pass(60_000)
      expect(authors()).toEqual(['a guest'])
      for (const { session } of [guest, account]) expect(rows(session)).toEqual(['once stored'])
    },
  )

  test.each([
    ['with', true],
    ['without', false],
  ])(
    '%s locks, what somebody said as their own while the storage was full',
    async (_, hasLocks) => {
      const { open, openOffline, pass, ada, authors } = openShared(hasLocks)
      const guest = await openOffline()
      const { cid } = guest.session.send('once')
      if (hasLocks) await guest.hear('pagehide')
      const account = await open(ada)
      await pass(1_000)
      account.wire.offline(true)
      account.fill()
      account.session.retry(cid)
      await pass(1_000)
      account.fill(false)
      guest.wire.offline(false)
      await guest.hear(hasLocks ? 'pageshow' : 'online')
      await pass(5_000)
      account.wire.offline(false)
      await account.hear('online')
      await pass(60_000)
      expect(authors()).toEqual(['ada'])
      for (const { session } of [guest, account]) expect(rows(session)).toEqual(['once stored'])
    },
  )

  test.each([
    ['discard', []],
    ['retry', ['ada']],
  ] as const)(
    'what its writer could not write down has the end that it has in the other page: %s',
    async (word, stored) => {
      const { open, openOffline, pass, ada, authors } = openShared()
      const guest = await openOffline()
      const { cid } = guest.session.send('once')
      guest.fill()
      guest.wire.ignoreNext('send', 100)
      guest.wire.offline(false)
      // The welcome names its writer, and that is not written down.
      await guest.hear('online')
      await pass(3_000)
      guest.wire.offline(true)
      guest.fill(false)
      await guest.hear('pagehide')
      const account = await open(ada)
      await pass(2_000)
      account.session[word](cid)
      await pass(1_000)
      guest.wire.ignoreNext('send', 0)
      guest.wire.offline(false)
      await guest.hear('pageshow')
      await pass(60_000)
      expect(authors()).toEqual(stored)
      for (const { session } of [guest, account])
        expect(rows(session)).toEqual(stored.map(() => 'once stored'))
    },
  )

  test.each([
    ['with', true],
    ['without', false],
  ])(
    '%s locks, what was refused its writer, who says it again in the page they come back to',
    async (_, hasLocks) => {
      const { open, pass, ada, authors, server } = openShared(hasLocks)
      const guest = await open()
      await pass(500)
      server.nackNext('forbidden')
      const { cid } = guest.session.send('once')
      await pass(500)
      if (hasLocks) await guest.hear('pagehide')
      const account = await open(ada)
      await pass(1_000)
      // Shown as the guest’s first, then sent.
      for (let words = 0; words < 2; words++) {
        account.session.retry(cid)
        await pass(2_000)
      }
      if (hasLocks) await guest.hear('pageshow')
      guest.session.retry(cid)
      await pass(60_000)
      expect(authors()).toEqual(['ada'])
      for (const { session } of [guest, account]) expect(rows(session)).toEqual(['once stored'])
    },
  )

  test('what only a bystander’s page remembers, in its writer’s that is somebody else’s by now', async () => {
    const { open, openOffline, pass, server, ada, as, authors } = openShared(false)
    let sub = 'ada'
    const early = await openOffline({ ticket: () => server.ticket({ sub, name: sub }) })
    const { cid } = early.session.send('once')
    const bystander = await open(as('cleo'))
    const account = await open(ada)
    const guest = await open()
    await pass(1_000)
    bystander.wire.offline(true)
    account.session.retry(cid)
    // A log-out wipes what is left of it.
    await pass(1_000)
    guest.session.forget()
    bystander.wire.offline(false)
    await bystander.hear('online')
    await pass(10_000)
    sub = 'bob'
    early.wire.offline(false)
    await early.hear('online')
    await pass(20_000)
    expect(authors()).toEqual(['ada'])
    expect(rows(early.session)).toEqual(['once stored'])
  })

  test('what another tab of a person had stored, in the page that becomes theirs', async () => {
    const { open, pass, server, as } = openShared()
    let sub = 'ada'
    const page = await open({ ticket: () => server.ticket({ sub, name: sub }) })
    const bob = await open(as('bob'))
    await pass(500)
    bob.wire.loseNext('ack')
    bob.wire.loseNext('msg')
    const { cid } = bob.session.send('of bob')
    await pass(500)
    await bob.hear('pagehide')
    const seen = new Set<string>()
    page.session.subscribeMessages(() => seen.add(texts(page.session).join()))
    sub = 'bob'
    page.wire.latency({ ms: 200 })
    page.wire.drop()
    await pass(40_000)
    expect([...seen]).toEqual(['of bob'])
    expect(page.session.getMessages()).toMatchObject([{ key: cid, delivery: 'stored' }])
  })
})

test('[F58] what was refused its writer is shown as theirs, before somebody else can send it', async () => {
  const { open, pass, server, room } = openShared()
  let sub = 'ada'
  const { session, wire } = await open({ ticket: () => server.ticket({ sub, name: sub }) })
  await pass(500)
  server.nackNext('forbidden')
  const { cid } = session.send('of ada')
  await pass(500)
  sub = 'bob'
  wire.drop()
  await pass(5_000)
  session.retry(cid)
  await pass(1_000)
  expect(room.messages).toEqual([])
  expect(session.getMessage(cid)).toMatchObject({
    author: { id: 'ada' },
    failure: { code: 'other_identity' },
  })
  session.retry(cid)
  await pass(1_000)
  expect(room.messages.map(({ author }) => author.id)).toEqual(['bob'])
})

test('[F58] before anybody is named, what was refused is sent by a word, and by its writer', async () => {
  const { open, openOffline, pass, server, room } = openShared()
  const first = await open()
  await pass(500)
  server.nackNext('forbidden')
  const { cid } = first.session.send('mine')
  await pass(500)
  await first.crash()
  const next = await openOffline()
  next.session.retry(cid)
  expect(rows(next.session)).toEqual(['mine queued'])
  next.wire.offline(false)
  await next.hear('online')
  await pass(20_000)
  expect(room.messages.map(text)).toEqual(['mine'])
  expect(rows(next.session)).toEqual(['mine stored'])
})

test('[F58] a guest who was not named yet is told that somebody else says it now', async () => {
  const { open, openOffline, pass, ada, authors } = openShared()
  const guest = await openOffline()
  const { cid, stored } = guest.session.send('once')
  await guest.hear('pagehide')
  const account = await open(ada)
  await pass(1_000)
  account.session.retry(cid)
  await pass(1_000)
  guest.wire.offline(false)
  await guest.hear('pageshow')
  await pass(60_000)
  expect(authors()).toEqual(['ada'])
  await expect(stored).rejects.toMatchObject({ code: 'discarded' })
  expect(rows(guest.session)).toEqual(['once stored'])
})

test('a guest’s draft is kept where an account took another text from its place', async () => {
  const { open, openOffline, pass, ada } = openShared()
  const guest = await open()
  await pass(500)
  const early = await openOffline(ada)
  guest.session.setDraft('of the guest')
  early.session.setDraft('early')
  early.wire.offline(false)
  await early.hear('online')
  await pass(5_000)
  await guest.hear('pagehide')
  guest.session.close()
  const next = await open()
  expect(next.session.getDraft()).toBe('of the guest')
})

test('[F24] a guest’s tab that no server knew yet does not come back as who logged out', async () => {
  const { open, openOffline, pass, room } = openShared()
  const first = await open()
  await pass(500)
  const id = first.session.store.getState().you?.user.id
  const second = await openOffline()
  first.session.forget()
  second.wire.offline(false)
  await second.hear('online')
  await pass(60_000)
  expect(phase(second.session)).toBe('live')
  expect(second.session.store.getState().you?.user.id).not.toBe(id)
  const { stored } = second.session.send('somebody new')
  await pass(1_000)
  expect((await stored).author.id).not.toBe(id)
  expect(room.messages).toHaveLength(1)
})

test('[F85] what was refused, and another tab discarded, is not sent by a word', async () => {
  const { open, pass, authors, server } = openShared()
  const first = await open()
  await pass(500)
  server.nackNext('forbidden')
  const { cid } = first.session.send('once')
  await pass(500)
  await first.hear('pagehide')
  const second = await open()
  await pass(1_000)
  second.session.discard(cid)
  await pass(500)
  await first.hear('pageshow')
  first.session.retry(cid)
  await pass(60_000)
  expect(authors()).toEqual([])
  for (const { session } of [first, second]) expect(rows(session)).toEqual([])
})

test('[F89] what the server has is not called lost where the storage was emptied', async () => {
  const { open, pass, ada, storage } = openShared()
  const { session, wire } = await open({ ...ada, userId: 'ada' })
  await pass(1_000)
  wire.loseNext('ack')
  wire.loseNext('msg')
  const { stored } = session.send('once')
  await pass(200)
  storage.texts.clear()
  wire.drop()
  await pass(20_000)
  expect((await stored).author.id).toBe('ada')
})

test('[F58] a welcome that was asked for before a log-out elsewhere makes nothing of the next guest’s its own', async () => {
  const { open, pass, room, server } = openShared()
  const left = await open()
  await pass(1_000)
  const slow = server.network()
  slow.latency({ ms: 1_500 })
  const late = await open({}, slow)
  const before = late.session.store.getState().you
  left.session.forget()
  left.wire.offline(true)
  left.session.reconnect()
  const { cid } = left.session.send('of the next guest')
  await pass(200)
  await left.hear('pagehide')
  await pass(8_000)
  expect(before).toBeUndefined()
  expect(phase(late.session)).toBe('live')
  expect(late.session.getMessage(cid)?.failure?.code).toBe('other_identity')
  expect(room.messages).toEqual([])
})

test('what was typed before anybody was named is gone from the storage with a log-out', async () => {
  const { openOffline, pass, ada, storage } = openShared()
  const { session, wire, hear } = await openOffline(ada)
  session.setDraft('in confidence')
  wire.offline(false)
  await hear('online')
  await pass(5_000)
  expect(session.getDraft()).toBe('in confidence')
  session.forget()
  expect([...storage.texts.values()].join()).not.toContain('confidence')
})

test.each([
  ['with', true],
  ['without', false],
])(
  '[F24] %s locks, what is said after a log-out elsewhere, in a tab that no server knew, is of the next guest',
  async (_, hasLocks) => {
    const { open, openOffline, pass, room } = openShared(hasLocks)
    const left = await open()
    await pass(1_000)
    const other = await openOffline()
    left.session.forget()
    other.session.send('after it')
    other.wire.offline(false)
    await other.hear('online')
    await pass(60_000)
    expect(rows(other.session)).toEqual(['after it stored'])
    expect(room.messages).toHaveLength(1)
  },
)

test('[F85] what was refused, and another tab of its writer has, comes back by a word', async () => {
  const { open, pass, room, server } = openShared()
  const first = await open()
  await pass(500)
  server.nackNext('forbidden')
  const { cid } = first.session.send('once')
  await pass(500)
  await first.hear('pagehide')
  const second = await open()
  await pass(1_000)
  await first.hear('pageshow')
  first.session.retry(cid)
  await pass(60_000)
  expect(room.messages.map(text)).toEqual(['once'])
  for (const { session } of [first, second]) expect(rows(session)).toEqual(['once stored'])
})

test.each(['ada ', 'a\nda'])(
  '[F85] whatever a user id is (%j), its tabs know what was stored by it',
  async (sub) => {
    const { open, pass, as, room } = openShared()
    const own = { ...as(sub), userId: sub }
    const first = await open(own)
    await pass(1_000)
    first.wire.offline(true)
    const { stored } = first.session.send('once')
    await first.hear('pagehide')
    await open(own)
    await pass(3_000)
    first.wire.offline(false)
    await first.hear('pageshow')
    await pass(60_000)
    expect((await stored).author.id).toBe(sub)
    expect(room.messages).toHaveLength(1)
  },
)
