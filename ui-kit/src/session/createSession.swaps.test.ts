/**
 * People who swap in one browser while pages of the others still live in it: what was said is shown
 * once, stored once, and under the name of who said it, or took it over by a word.
 */

import { expect, test } from 'vitest'
import { openBrowser, phase, rows, texts } from './createWorld.test.ts'
import { keepPrefix } from './keep.ts'

const PREFIX = keepPrefix('http://chat.test', 'room')

function openShared(hasLocks = true) {
  const browser = openBrowser(hasLocks)
  const as = (sub: string) => ({ ticket: () => browser.server.ticket({ sub, name: sub }) })
  return {
    ...browser,
    as,
    authors: () => browser.room.messages.map(({ author }) => author.id.replace(/^g_.*/, 'guest')),
  }
}

test('[F58] what a guest wrote before any welcome, and sent, is one row for who came meanwhile', async () => {
  const { open, openOffline, pass, as, authors } = openShared()
  const guest = await openOffline()
  const { cid } = guest.session.send('once')
  await guest.hear('pagehide')
  guest.wire.offline(false)
  const ada = await open(as('ada'))
  await pass(1_000)
  expect(rows(ada.session)).toEqual(['once failed'])
  await ada.hear('pagehide')
  await guest.hear('pageshow')
  await pass(5_000)
  await guest.hear('pagehide')
  await ada.hear('pageshow')
  await pass(60_000)
  expect(rows(ada.session)).toEqual(['once stored'])
  ada.session.retry(cid)
  await pass(5_000)
  expect(authors()).toEqual(['guest'])
})

test('[F58] the words of a guest that stand in the log are not shown again when they are taken over', async () => {
  const { open, openOffline, pass, as, authors } = openShared()
  const guest = await openOffline()
  guest.session.send('once')
  const ada = await open(as('ada'))
  guest.wire.loseNext('ack')
  guest.wire.loseNext('msg')
  guest.wire.offline(false)
  await pass(5_000)
  await guest.crash()
  await pass(60_000)
  expect(authors()).toEqual(['guest'])
  expect(rows(ada.session)).toEqual(['once stored'])
})

test('[F58] without locks, what its writer has sent from a page loaded anew is not sent by somebody else', async () => {
  const { open, openOffline, pass, as, authors } = openShared(false)
  const before = await openOffline()
  const { cid } = before.session.send('once')
  before.session.close()
  const ada = await open(as('ada'))
  await pass(1_000)
  ada.wire.halfOpen(true)
  await open()
  await pass(1_000)
  ada.session.retry(cid)
  ada.wire.halfOpen(false)
  ada.wire.drop()
  await pass(60_000)
  expect(authors()).toEqual(['guest'])
  expect(rows(ada.session)).toEqual(['once stored'])
})

test('[F58] without locks, what ada took over and sent is over for its writer, also where her page never heard so', async () => {
  const { open, openOffline, pass, as, authors } = openShared(false)
  const guest = await openOffline()
  const { cid } = guest.session.send('once')
  const [ada, bob] = [await open(as('ada')), await open(as('bob'))]
  await pass(1_000)
  for (const frame of ['ack', 'msg'] as const) ada.wire.loseNext(frame)
  ada.session.retry(cid)
  await pass(1_000)
  await ada.crash()
  guest.wire.offline(false)
  await guest.hear('online')
  await pass(60_000)
  expect(authors()).toEqual(['ada'])
  for (const { session } of [bob, guest]) expect(rows(session)).toEqual(['once stored'])
})

test('[F58] [F89] what ada took over and sent is over for its writer, though it was wiped meanwhile', async () => {
  const { open, openOffline, pass, storage, as, authors } = openShared()
  const guest = await openOffline()
  const { cid } = guest.session.send('once')
  await guest.hear('pagehide')
  const ada = await open(as('ada'))
  await pass(1_000)
  ada.wire.latency({ ms: 300 })
  ada.session.retry(cid)
  storage.removeItem(`${PREFIX}out:${cid}`)
  await pass(5_000)
  guest.wire.offline(false)
  await guest.hear('pageshow')
  await pass(60_000)
  expect(authors()).toEqual(['ada'])
  for (const { session } of [ada, guest]) expect(rows(session)).toEqual(['once stored'])
})

test.each(['sent', 'discarded', 'wiped'])(
  '[F58] [F89] without locks, what its writer %s meanwhile is not sent by a word of somebody else',
  async (how) => {
    const { open, openOffline, pass, storage, as, authors } = openShared(false)
    const guest = await openOffline()
    const { cid } = guest.session.send('once')
    const ada = await open(as('ada'))
    await pass(1_000)
    ada.wire.halfOpen(true)
    if (how === 'discarded') guest.session.discard(cid)
    if (how === 'wiped') storage.removeItem(`${PREFIX}out:${cid}`)
    if (how === 'sent') guest.wire.offline(false)
    await guest.hear('online')
    await pass(5_000)
    ada.session.retry(cid)
    expect(ada.session.getMessage(cid)?.failure?.code).toBe(
      how === 'discarded' ? undefined : 'not_kept',
    )
    ada.wire.halfOpen(false)
    ada.wire.drop()
    await pass(60_000)
    expect(authors()).toEqual(how === 'sent' ? ['guest'] : [])
    expect(rows(ada.session)).toEqual(
      { sent: ['once stored'], discarded: [], wiped: ['once failed'] }[how],
    )
  },
)

test('[F58] what was taken over by a word stays so over a crash, for its writer’s page as well', async () => {
  const { open, openOffline, pass, as, authors } = openShared()
  const guest = await openOffline()
  const { cid } = guest.session.send('once')
  await guest.hear('pagehide')
  const before = await open(as('ada'))
  await pass(1_000)
  before.wire.offline(true)
  before.session.retry(cid)
  await before.crash()
  const ada = await open(as('ada'))
  await pass(5_000)
  guest.wire.offline(false)
  await guest.hear('pageshow')
  await pass(40_000)
  expect(authors()).toEqual(['ada'])
  for (const { session } of [ada, guest]) expect(rows(session)).toEqual(['once stored'])
})

test('[F58] without locks, what somebody took over by a word and can’t send yet is not sent by its writer', async () => {
  const { open, openOffline, pass, as, authors } = openShared(false)
  const guest = await openOffline()
  const { cid, stored } = guest.session.send('once')
  const ada = await open(as('ada'))
  await pass(1_000)
  ada.wire.offline(true)
  ada.session.retry(cid)
  guest.wire.offline(false)
  await guest.hear('online')
  await pass(5_000)
  expect(authors()).toEqual([])
  await expect(stored).rejects.toMatchObject({ code: 'discarded' })
  ada.wire.offline(false)
  await ada.hear('online')
  await pass(5_000)
  expect(authors()).toEqual(['ada'])
})

test.each(['ada', 'bob'])(
  '[F58] without locks, what ada took over is over for its writer, also where a page of %s heard it',
  async (other) => {
    const { open, openOffline, pass, as, authors } = openShared(false)
    const guest = await openOffline()
    const { cid } = guest.session.send('once')
    const ada = await open(as('ada'))
    const watcher = await open(as(other))
    await pass(1_000)
    ada.session.retry(cid)
    await pass(1_000)
    guest.wire.offline(false)
    await guest.hear('online')
    await pass(30_000)
    expect(authors()).toEqual(['ada'])
    for (const { session } of [ada, watcher, guest]) expect(rows(session)).toEqual(['once stored'])
  },
)

test.each(['ada', 'bob'])(
  '[F58] what ada took over is over for its writer, also where a page of %s that was put away had it',
  async (other) => {
    const { open, openOffline, pass, as, authors } = openShared()
    const guest = await openOffline()
    const { cid } = guest.session.send('once')
    await guest.hear('pagehide')
    const watcher = await open(as(other))
    await pass(1_000)
    await watcher.hear('pagehide')
    const ada = await open(as('ada'))
    await pass(1_000)
    ada.session.retry(cid)
    await pass(1_000)
    await watcher.hear('pageshow')
    await pass(5_000)
    guest.wire.offline(false)
    await guest.hear('pageshow')
    await pass(60_000)
    expect(authors()).toEqual(['ada'])
    for (const { session } of [ada, watcher, guest]) expect(rows(session)).toEqual(['once stored'])
  },
)

test.each([true, false])(
  '[F58] what a guest whom the server knew wrote is one row for bob when ada took it over, locks %s',
  async (hasLocks) => {
    const { open, pass, as, authors } = openShared(hasLocks)
    const guest = await open()
    await pass(500)
    guest.wire.offline(true)
    const { cid } = guest.session.send('once')
    if (hasLocks) await guest.hear('pagehide')
    const bob = await open(as('bob'))
    await pass(1_000)
    if (hasLocks) await bob.hear('pagehide')
    const ada = await open(as('ada'))
    await pass(1_000)
    ada.session.retry(cid)
    await pass(1_000)
    if (hasLocks) await bob.hear('pageshow')
    await pass(60_000)
    expect(authors()).toEqual(['ada'])
    for (const { session } of [bob, ada]) expect(rows(session)).toEqual(['once stored'])
  },
)

test('[F58] an account’s log-out leaves a guest’s page its words, its name and what is typed there', async () => {
  const { open, openOffline, pass, storage, as, authors } = openShared()
  const guest = await openOffline()
  const ada = await open(as('ada'))
  guest.session.send('mine')
  guest.session.setDraft('typed')
  const secret = storage.getItem(`${PREFIX}guest`)
  ada.session.forget()
  guest.wire.offline(false)
  await guest.hear('visible')
  await pass(60_000)
  expect([phase(guest.session), rows(guest.session)]).toEqual(['live', ['mine stored']])
  expect(guest.session.getDraft()).toBe('typed')
  expect(storage.getItem(`${PREFIX}guest`)).toBe(secret)
  expect(authors()).toEqual(['guest'])
})

test('[F58] the log-out of who was never welcomed leaves a guest’s page its words', async () => {
  const { openOffline, pass, as, authors } = openShared()
  const guest = await openOffline()
  guest.session.send('mine')
  const ada = await openOffline(as('ada'))
  ada.session.send('of ada')
  ada.session.forget()
  guest.wire.offline(false)
  await guest.hear('visible')
  await pass(60_000)
  expect([phase(guest.session), rows(guest.session)]).toEqual(['live', ['mine stored']])
  expect(authors()).toEqual(['guest'])
})

test('[F58] a text that who signed in has taken and sent is not brought back by the guest’s page', async () => {
  const { open, as } = openShared()
  const guest = await open()
  guest.session.setDraft('hello')
  const ada = await open({ ...as('ada'), userId: 'ada' })
  ada.session.send(ada.session.getDraft())
  ada.session.setDraft('')
  await guest.hear('hidden')
  ada.session.close()
  const next = await open({ ...as('ada'), userId: 'ada' })
  expect([texts(next.session), next.session.getDraft()]).toEqual([['hello'], ''])
})

test('[F58] a clock that was set back wipes nothing of anybody', async () => {
  const { open, openOffline, pass, as } = openShared()
  const ada = { ...as('ada'), userId: 'ada' }
  const early = await openOffline(ada)
  early.session.send('of ada')
  early.session.close()
  await open({ ...as('bob'), wallClock: () => 86_400_000 })
  const back = await open(ada)
  await pass(5_000)
  expect(rows(back.session)).toEqual(['of ada stored'])
})

test('a log-out leaves neither secret nor draft where the storage takes nothing away', async () => {
  const { open, storage } = openShared()
  storage.removeItem = () => {
    throw new Error('read-only')
  }
  const before = await open({ storage })
  before.session.setDraft('typed')
  before.session.forget()
  const after = await open({ storage })
  const [one, two] = [before, after].map(({ session }) => session)
  expect(two?.getDraft()).toBe('')
  expect([...storage.texts.values()]).not.toContain('typed')
  expect(two?.store.getState().you?.user.id).toMatch(/^g_/)
  one?.reconnect()
  expect(one?.getDraft()).toBe('')
})
