/** People who use one browser one after the other: whose words and drafts it keeps, and who sees them. */

import { expect, test } from 'vitest'
import { createStorage, createWorld, openBrowser, rows, texts } from './createWorld.test.ts'
import { keepPrefix } from './keep.ts'
import type { SessionOptions } from './SessionOptions.ts'

const DAY_MS = 86_400_000
const PREFIX = keepPrefix('http://chat.test', 'room')

/** One browser: each who comes finds what those before have left in it. */
function oneBrowser() {
  const world = createWorld()
  const storage = createStorage()
  const join = (more: Partial<SessionOptions> = {}) => world.join({ storage, ...more })
  const as = (sub: string) => ({ ticket: () => world.server.ticket({ sub, name: sub }) })
  return {
    ...world,
    storage,
    join,
    as,
    /** Said offline, before or after the server knew who that is, and left. */
    leave(word: string, more: Partial<SessionOptions> = {}, isWelcomed = false) {
      world.server.offline(!isWelcomed)
      const session = join(more)
      world.server.offline(true)
      world.clock.advance(10)
      const { cid } = session.send(word)
      session.close()
      world.server.offline(false)
      return cid
    },
    kept: () => [...storage.texts.keys()].map((key) => key.slice(PREFIX.length)).toSorted(),
  }
}

const codes = ({ getMessages }: ReturnType<ReturnType<typeof oneBrowser>['join']>) =>
  getMessages().map(({ failure }) => failure?.code)

test.each([
  ['before', false],
  ['after', true],
])(
  '[F58] what a guest said %s the first welcome is shown to who signs in, held back: theirs to discard or send',
  (_, isWelcomed) => {
    const { join, as, leave, clock, room } = oneBrowser()
    const one = leave('one', {}, isWelcomed)
    const two = leave('two')
    const ada = join(as('ada'))
    clock.advance(20_000)
    expect(room.messages).toEqual([])
    expect(codes(ada)).toEqual(['other_identity', 'other_identity'])
    ada.discard(one)
    ada.retry(two)
    clock.advance(1_000)
    expect(rows(ada)).toEqual(['two stored'])
    expect(room.messages.map(({ author }) => author.id)).toEqual(['ada'])
  },
)

test('[F28] [F58] what was sent under another name is not said again by its writer’s page, which comes back', async () => {
  const { open, pass, room, server } = openBrowser()
  const guest = await open()
  guest.wire.offline(true)
  const { cid } = guest.session.send('once')
  await guest.hear('pagehide')
  const ada = await open({ ticket: () => server.ticket({ sub: 'ada', name: 'Ada' }) })
  await pass(1_000)
  ada.session.retry(cid)
  await pass(1_000)
  guest.wire.offline(false)
  await guest.hear('pageshow')
  await pass(40_000)
  expect(room.messages.map(({ author }) => author.id)).toEqual(['ada'])
  for (const { session } of [guest, ada]) expect(rows(session)).toEqual(['once stored'])
})

test('[F55] what was written by the page’s word goes under the name that the server has', () => {
  const { join, as, leave, clock, server } = oneBrowser()
  const cid = leave('of ada', { ...as('ada'), userId: 'ada' })
  server.ignoreNext('send')
  const ada = join({ ticket: () => server.ticket({ sub: 'ada', name: 'Ada' }) })
  clock.advance(100)
  expect(ada.getMessage(cid)).toMatchObject({
    author: { id: 'ada', name: 'Ada' },
    delivery: 'sent',
  })
})

test('[F58] a guest whose secret another first tab has overwritten finds the own words, held back', () => {
  const { join, leave, clock, room, storage } = oneBrowser()
  leave('lost?')
  storage.setItem(`${PREFIX}guest`, 'b'.repeat(20))
  const after = join()
  clock.advance(20_000)
  expect(codes(after)).toEqual(['other_identity'])
  expect(room.messages).toEqual([])
})

test('[F58] what another account has left goes when it is too old to be sent, and not before', () => {
  const { join, as, leave, clock, kept } = oneBrowser()
  const ada = { ...as('ada'), userId: 'ada' }
  const cid = leave('of ada', ada)
  const after = (days: number) => ({
    wallClock: () => 1_800_000_000_000 + clock.now() + days * DAY_MS,
  })
  join({ ...as('bob'), ...after(13) }).close()
  expect(kept()).toEqual([`out:${cid}`])
  // The writer is told, and nobody but the server tells who comes.
  const late = join({ ...as('ada'), ...after(15) })
  expect(codes(late)).toEqual(['expired'])
  late.close()
  join({ ...as('bob'), ...after(15) })
  expect(kept()).toEqual([])
})

test('[F58] a log-out wipes what that person saw, and leaves other accounts theirs', () => {
  const { join, as, leave, clock, kept } = oneBrowser()
  const bob = { ...as('bob'), userId: 'bob' }
  const cid = leave('of bob', bob)
  const typing = join(bob)
  typing.setDraft('typed by bob')
  typing.close()
  const again = leave('of bob again', bob)
  leave('of a guest')
  leave('of ada', { ...as('ada'), userId: 'ada' })
  const ada = join(as('ada'))
  ada.setDraft('typed by ada')
  ada.forget()
  expect(kept()).toEqual(['draft:bob', `out:${again}`])
  const back = join(bob)
  clock.advance(1_000)
  expect(rows(back).filter((row) => row.startsWith('of bob'))).toEqual([
    'of bob stored',
    'of bob again stored',
  ])
  expect(back.getMessage(cid)?.author.id).toBe('bob')
  expect(back.getDraft()).toBe('typed by bob')
})

test('a log-out before the first welcome leaves nothing of a guest', () => {
  const { join, server, kept } = oneBrowser()
  server.offline(true)
  const session = join()
  session.send('unsent')
  session.setDraft('typed')
  session.forget()
  expect([kept(), session.getDraft(), texts(session)]).toEqual([[], '', []])
})

test('[F58] a draft is found by the account that typed it, a guest’s by whoever comes next', () => {
  const { join, as } = oneBrowser()
  const typed = (more: Partial<SessionOptions>, next?: string) => {
    const session = join(more)
    const found = session.getDraft()
    if (next !== undefined) session.setDraft(next)
    session.close()
    return found
  }
  const [ada, bob] = ['ada', 'bob'].map((userId) => ({ ...as(userId), userId }))
  typed({}, 'by a guest')
  expect(typed({})).toBe('by a guest')
  expect(typed({ ...ada }, 'by ada')).toBe('by a guest')
  expect(typed({ ...bob })).toBe('')
  expect(typed({}, 'by a guest again')).toBe('')
  expect(typed({ ...ada })).toBe('by ada')
  expect(typed({ ...bob }, '')).toBe('by a guest again')
  expect(typed({})).toBe('')
  expect(typed({ ...ada }, '')).toBe('by ada')
  expect(typed({ ...ada })).toBe('')
})

test('[F58] where the page doesn’t say who it is, a draft shows with the welcome, above what was typed meanwhile', () => {
  const { join, as, clock, server } = oneBrowser()
  const typing = join(as('ada'))
  typing.setDraft('by ada')
  typing.close()
  server.latency({ ms: 1_000 })
  const [early, late] = [join(as('ada')), join(as('ada'))]
  const bob = join(as('bob'))
  late.setDraft('meanwhile')
  expect([early.getDraft(), late.getDraft(), bob.getDraft()]).toEqual(['', 'meanwhile', ''])
  const heard: string[] = []
  early.subscribeDraft(() => heard.push(early.getDraft()))
  clock.advance(10_000)
  expect(heard).toEqual(['by ada'])
  expect([late.getDraft(), bob.getDraft()]).toEqual(['by ada\nmeanwhile', ''])
  late.close()
  const next = join({ ...as('ada'), userId: 'ada' })
  expect(next.getDraft()).toBe('by ada\nmeanwhile')
  expect(join().getDraft()).toBe('')
})

test('[F58] a guest’s page goes on with a draft that an account took, and doesn’t bring it back', async () => {
  const { open, pass, server } = openBrowser()
  const ada = { ticket: () => server.ticket({ sub: 'ada', name: 'Ada' }), userId: 'ada' }
  const guest = await open()
  guest.session.setDraft('half a senten')
  const { session } = await open(ada)
  await guest.hear('hidden')
  expect([guest.session.getDraft(), session.getDraft()]).toEqual(['half a senten', 'half a senten'])
  session.setDraft('')
  await guest.hear('hidden')
  await pass(100)
  session.forget()
  expect(guest.session.getDraft()).toBe('half a senten')
  expect((await open(ada)).session.getDraft()).toBe('')
  guest.session.setDraft('half a sentence')
  await guest.hear('pagehide')
  expect((await open()).session.getDraft()).toBe('half a sentence')
})

test('[F58] who comes in a page that is open finds the own draft in it, not that of the one before', () => {
  const { join, as, clock, server } = oneBrowser()
  let sub = 'ada'
  const session = join({ ticket: () => as(sub).ticket() })
  clock.advance(100)
  session.setDraft('by ada')
  sub = 'bob'
  server.drop()
  clock.advance(5_000)
  expect(session.getDraft()).toBe('')
  sub = 'ada'
  server.drop()
  clock.advance(5_000)
  expect(session.getDraft()).toBe('by ada')
})

test('[F49] [F58] what the one before had sent, and never heard of, is one row for who comes in the page', async () => {
  const { open, pass, server } = openBrowser()
  let sub = 'ada'
  const { session, wire } = await open({ ticket: () => server.ticket({ sub, name: sub }) })
  await pass(500)
  for (const frame of ['ack', 'msg'] as const) wire.loseNext(frame)
  session.send('of ada')
  await pass(500)
  sub = 'bob'
  wire.drop()
  await pass(5_000)
  expect(rows(session)).toEqual(['of ada stored'])
})

test('[F58] what is typed right after a log-out is not found as the text of who went', async () => {
  const { open, server } = openBrowser()
  let sub = 'ada'
  const { session, wire } = await open({ ticket: () => server.ticket({ sub, name: sub }) })
  session.forget()
  sub = 'bob'
  wire.offline(true)
  session.reconnect()
  session.setDraft('by bob')
  session.close()
  const next = await open({ ticket: () => server.ticket({ sub }), userId: 'bob' })
  expect(next.session.getDraft()).toBe('by bob')
})

test.each(['a guest', 'a bearer'])(
  '[F89] a draft of %s who logged out in another tab is not written back by this one',
  async (who) => {
    const { open, storage, server } = openBrowser()
    const ticket = () => server.ticket({ sub: 'ada', name: 'Ada' })
    const more = who === 'a guest' ? {} : { ticket }
    const [a, b] = [await open(more), await open(more)]
    a.session.setDraft('a secret')
    b.session.forget()
    await a.hear('hidden')
    expect([...storage.texts.values()]).not.toContain('a secret')
    expect(a.session.getDraft()).toBe('')
  },
)

test('[F58] what one wrote whom the page named is not sent for whom the ticket names', () => {
  const { join, clock, server, room } = createWorld()
  server.offline(true)
  const session = join({
    storage: createStorage(),
    userId: 'ada',
    ticket: () => server.ticket({ sub: 'bob' }),
  })
  session.send('of ada')
  server.offline(false)
  clock.advance(20_000)
  expect(room.messages).toEqual([])
  expect(session.getMessages().map(({ failure }) => failure?.code)).toEqual(['other_identity'])
})

test.each([
  ['with', true],
  ['without', false],
])(
  '[F58] [F85] %s locks the words of one never show in the tab of the other, and wait for her',
  async (_, hasLocks) => {
    const { open, pass, room, server } = openBrowser(hasLocks)
    const as = (sub: string) => ({ ticket: () => server.ticket({ sub, name: `The ${sub}` }) })
    const ada = await open(as('ada'))
    ada.wire.offline(true)
    ada.session.send('secret of ada')
    const bob = await open(as('bob'))
    const seen: string[] = []
    bob.session.subscribeMessages(() => seen.push(...rows(bob.session)))
    await ada.crash()
    if (!hasLocks) ada.session.close()
    await bob.hear('visible')
    await pass(60_000)
    expect([...seen, ...rows(bob.session)]).toEqual([])
    expect(room.messages).toEqual([])
    const back = await open(as('ada'))
    await pass(20_000)
    expect(rows(back.session)).toEqual(['secret of ada stored'])
    expect(room.messages.map(({ author }) => author.id)).toEqual(['ada'])
    expect(bob.session.getMessages()[0]?.author.name).toBe('The ada')
  },
)

test('[F55] [F58] offline, a guest’s words are found by whoever comes, a bearer’s by the page’s word', () => {
  const { join, server, clock } = createWorld()
  const storage = createStorage()
  const as = (sub: string) => ({ ticket: () => server.ticket({ sub, name: sub }) })
  for (const [who, word] of [
    [as('ada'), 'of ada'],
    [{}, 'of a guest'],
  ] as const) {
    const session = join({ storage, ...who })
    clock.advance(1_000)
    server.offline(true)
    session.send(word)
    session.close()
    server.offline(false)
  }
  server.offline(true)
  const page = { sessionId: 'room', epoch: null, head: 0, messages: [], hasOlder: false }
  const shown = (more: Partial<SessionOptions>) => texts(join({ storage, ...more }))
  const ada = { ...as('ada'), initial: { ...page, userId: 'ada' } }
  expect(shown({})).toEqual(['of a guest'])
  expect(shown({ guest: 'b'.repeat(20) })).toEqual(['of a guest'])
  expect(shown(ada)).toEqual(['of ada', 'of a guest'])
  expect(shown({ ...ada, initial: { ...page, userId: 'bob' } })).toEqual(['of a guest'])
  // Nobody says who it is: the server will.
  expect(shown(as('ada'))).toEqual(['of a guest'])
})

test('[F58] what is said right after forget() and reconnect() is somebody new’s, and goes', () => {
  const { join, clock, room } = createWorld()
  const session = join({ storage: createStorage() })
  session.send('old')
  clock.advance(1_000)
  session.forget()
  session.reconnect()
  session.send('new')
  clock.advance(10_000)
  expect(rows(session)).toEqual(['old stored', 'new stored'])
  const [before, after] = room.messages.map(({ author }) => author.id)
  expect(after).not.toBe(before)
})
