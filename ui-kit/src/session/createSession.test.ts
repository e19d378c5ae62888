/** Sending, on the fake server: what is said is stored once, in order, or visibly failed. */

import { describe, expect, test } from 'vitest'
import { createStorage, createWorld, phase, rows, text, texts } from './createWorld.test.ts'
import type { KeepStorage } from './keep.ts'

describe('sending', () => {
  test('[W5] a message shows at once, is stored once, and keeps its row', async () => {
    const { join, clock, room } = createWorld()
    const session = join()
    await session.ready
    const { cid, stored } = session.send('hello')
    const keys = session.store.getState().keys
    expect(rows(session)).toEqual(['hello sent'])
    expect(session.store.getState().outbox).toEqual([cid])
    clock.advance(100)
    expect(await stored).toMatchObject({ cid, pos: 1 })
    expect(rows(session)).toEqual(['hello stored'])
    expect(session.getMessage(cid)).toMatchObject({ key: cid, id: room.messages[0]?.id, seq: 1 })
    expect(session.store.getState().keys).toBe(keys)
    expect(session.store.getState().outbox).toEqual([])
  })

  test('[F48] [F52] what is said while the line is down leaves in order after the sync', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.offline(true)
    clock.advance(10)
    for (const word of ['one', 'two', 'three']) session.send(word)
    expect(rows(session)).toEqual(['one queued', 'two queued', 'three queued'])
    server.offline(false)
    clock.advance(5_000)
    expect(room.messages.map(text)).toEqual(['one', 'two', 'three'])
    expect(rows(session)).toEqual(['one stored', 'two stored', 'three stored'])
  })

  test('[F49] [W5] a lost ack is answered by a resend with the same cid, stored once', async () => {
    const { join, clock, server, room, sent } = createWorld()
    const session = join()
    server.loseNext('ack')
    server.loseNext('msg')
    const { stored } = session.send('once')
    clock.advance(9_000)
    expect(rows(session)).toEqual(['once sent'])
    clock.advance(2_000)
    await stored
    expect(room.messages).toHaveLength(1)
    expect(rows(session)).toEqual(['once stored'])
    expect(sent('hello')).toHaveLength(2)
    expect(sent('send')).toHaveLength(1)
  })

  test('[W5] a send that never arrived goes again after a hello on the same socket', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.ignoreNext('send')
    session.send('again')
    clock.advance(11_000)
    expect(room.messages.map(text)).toEqual(['again'])
    expect(rows(session)).toEqual(['again stored'])
    expect(server.dials).toBe(1)
  })

  test('[F48] [F53] a half-open socket swallows three sends; the next one delivers them once', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.halfOpen(true)
    for (const word of ['a', 'b', 'c']) session.send(word)
    clock.advance(15_000)
    server.halfOpen(false)
    clock.advance(60_000)
    expect(room.messages.map(text)).toEqual(['a', 'b', 'c'])
    expect(rows(session)).toEqual(['a stored', 'b stored', 'c stored'])
    expect(server.faults.swallowed).toBeGreaterThan(2)
  })

  test('[F55] a reload with unsent messages delivers them once, under the same cids', () => {
    const { join, clock, server, room } = createWorld()
    const storage = createStorage()
    server.offline(true)
    const before = join({ storage })
    const { cid } = before.send('kept')
    before.send('too')
    // The tab dies: nothing is closed, nothing is said.
    server.offline(false)
    const after = join({ storage })
    expect(after.store.getState().keys[0]).toBe(cid)
    clock.advance(10_000)
    expect(room.messages.map(text)).toEqual(['kept', 'too'])
    expect(rows(after)).toEqual(['kept stored', 'too stored'])
    expect([...storage.texts.keys()].filter((key) => key.includes('out:'))).toEqual([])
  })

  test('[F85] two tabs that share a storage and an outbox store each message once', () => {
    const { join, clock, server, room } = createWorld()
    const storage = createStorage()
    server.offline(true)
    const first = join({ storage })
    for (const word of ['a', 'b']) first.send(word)
    const second = join({ storage })
    second.send('c')
    server.offline(false)
    clock.advance(20_000)
    expect(room.messages.map(text).sort()).toEqual(['a', 'b', 'c'])
    for (const tab of [first, second]) expect(texts(tab)).toEqual(room.messages.map(text))
    expect(new Set(room.messages.map(({ author }) => author.id)).size).toBe(1)
  })

  test('[W12] more than the allowance and more than 16 in flight is paced, and nothing is refused', () => {
    const { join, clock, room, frames } = createWorld()
    const session = join()
    for (let i = 0; i < 60; i++) session.send(`${i}`)
    expect(session.getMessages().filter(({ delivery }) => delivery === 'sent')).toHaveLength(16)
    clock.advance(10_000)
    expect(room.messages.map(text)).toEqual(Array.from({ length: 60 }, (_, i) => `${i}`))
    expect(frames.filter(({ data }) => data.includes('"nack"'))).toEqual([])
  })

  test('[F57] a slow network is not fed more than it takes, and everything arrives', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.latency({ ms: 3_000 })
    for (let i = 0; i < 12; i++) session.send(`${i} ${'x'.repeat(60_000)}`)
    const sent = () => session.getMessages().filter(({ delivery }) => delivery === 'sent').length
    expect(sent()).toBe(5)
    clock.advance(2_000)
    expect(sent()).toBe(5)
    clock.advance(60_000)
    expect(room.messages.map((message) => text(message).split(' ')[0])).toEqual(
      Array.from({ length: 12 }, (_, i) => `${i}`),
    )
  })

  test('[F51] acks that come twice, or of nobody, settle nothing twice', async () => {
    const { join, clock, server } = createWorld()
    const session = join()
    server.duplicate(true)
    const { stored } = session.send('a')
    clock.advance(1_000)
    expect((await stored).pos).toBe(1)
    expect(rows(session)).toEqual(['a stored'])
  })

  test('[W12] after a refusal that allows it everything goes again in order, none overtakes', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.nackNext('rate_limited', { waitMs: 500 })
    for (let i = 0; i < 10; i++) session.send(`${i}`)
    clock.advance(60)
    for (let i = 10; i < 14; i++) session.send(`${i}`)
    clock.advance(10_000)
    expect(room.messages.map(text)).toEqual(Array.from({ length: 14 }, (_, i) => `${i}`))
  })

  test('[W12] what is refused again and again goes alone, until the server has taken it', () => {
    const { join, clock, server, room, sent } = createWorld()
    const session = join()
    server.nackNext('storage', { count: 3 })
    for (let i = 0; i < 10; i++) session.send(`${i}`)
    clock.advance(20_000)
    expect(room.messages.map(text)).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`))
    // All of them, then the first three times, then the others.
    expect(sent('send')).toHaveLength(10 + 3 + 9)
  })

  test('[W12] a refused message that is discarded does not hold up the others', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.nackNext('storage', { waitMs: 5_000 })
    const { cid } = session.send('bad')
    session.send('good')
    clock.advance(100)
    session.discard(cid)
    clock.advance(10_000)
    expect(room.messages.map(text)).toEqual(['good'])
    expect(rows(session)).toEqual(['good stored'])
  })

  test('a refusal for good shows on the row; retry and discard answer it', async () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.nackNext('forbidden', { count: 2 })
    const one = session.send('one')
    const two = session.send('two')
    clock.advance(100)
    await expect(one.stored).rejects.toMatchObject({ code: 'forbidden' })
    expect(session.getMessage(one.cid)).toMatchObject({
      delivery: 'failed',
      failure: { code: 'forbidden' },
    })
    session.discard(one.cid)
    session.retry(two.cid)
    clock.advance(100)
    expect(rows(session)).toEqual(['two stored'])
    expect(room.messages).toHaveLength(1)
  })

  test('[F54] [F56] too much, too large and nothing are refused before anything is queued', () => {
    const { join, server } = createWorld()
    server.offline(true)
    const session = join()
    expect(() => session.send('')).toThrow(expect.objectContaining({ code: 'empty' }))
    expect(() => session.send('é'.repeat(33_000))).toThrow(/66\d\d\d bytes, and 65536/)
    for (let i = 0; i < 200; i++) session.send(`${i}`)
    expect(() => session.send('one more')).toThrow(expect.objectContaining({ code: 'full' }))
    expect(session.getMessages()).toHaveLength(200)
    session.close()
    expect(() => session.send('late')).toThrow(expect.objectContaining({ code: 'closed' }))
  })

  test('[F54] the outbox holds 1 MiB', () => {
    const { join, server } = createWorld()
    server.offline(true)
    const session = join()
    const big = 'x'.repeat(60_000)
    for (let i = 0; i < 17; i++) session.send(big)
    expect(() => session.send(big)).toThrow(expect.objectContaining({ code: 'full' }))
  })

  test('[F39] after 1009 the largest send is failed and never resent; the rest goes on', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.ignoreNext('send', 2)
    session.send('small')
    session.send('large '.repeat(100))
    server.drop(1009, 'too_large')
    clock.advance(10_000)
    expect(room.messages.map(text)).toEqual(['small'])
    expect(session.getMessages().map(({ delivery }) => delivery)).toEqual(['stored', 'failed'])
  })

  test('[F39] after 1009 a send that is smaller than a broadcast before it is not to blame', () => {
    const { join, clock, server } = createWorld()
    const session = join()
    server.ignoreNext('send')
    session.send('innocent')
    session.broadcast('x'.repeat(1_000))
    server.drop(1009, 'too_large')
    clock.advance(10_000)
    expect(rows(session)).toEqual(['innocent stored'])
  })

  test('[F56] what was said offline and is larger than this session takes fails before the wire', () => {
    const { join, clock, server, sent } = createWorld({ limits: { frameBytes: 1_000 } })
    server.offline(true)
    const session = join()
    const { cid } = session.send('x'.repeat(2_000))
    session.send('small')
    server.offline(false)
    clock.advance(10_000)
    expect(session.getMessage(cid)?.failure?.code).toBe('too_large')
    expect(sent('send')).toHaveLength(1)
    expect(server.dials).toBeLessThan(4)
  })

  test('[F58] other_identity: what one person wrote is never sent as another, unless they say so', () => {
    const { join, clock, server, room } = createWorld()
    const storage = createStorage()
    let sub = 'ada'
    const session = join({ storage, ticket: () => server.ticket({ sub, name: `The ${sub}` }) })
    server.offline(true)
    clock.advance(10)
    const { cid } = session.send('mine')
    sub = 'bob'
    server.offline(false)
    clock.advance(10_000)
    expect(room.messages).toEqual([])
    const held = session.getMessage(cid)
    expect(held?.failure?.code).toBe('other_identity')
    expect(held?.author).toEqual({ id: 'ada', name: 'The ada' })
    session.retry(cid)
    expect(session.getMessage(cid)?.author.name).toBe('The bob')
    clock.advance(100)
    expect(room.messages[0]?.author.id).toBe('bob')
  })

  test('[F58] what another guest wrote is shown held back, and is sent when its writer comes again', () => {
    const { join, clock, server, room } = createWorld()
    const storage = createStorage()
    const ada = { storage, guest: 'a'.repeat(20) }
    server.offline(true)
    const first = join(ada)
    first.send('mine')
    first.close()
    server.offline(false)
    const other = join({ storage, guest: 'b'.repeat(20) })
    clock.advance(1_000)
    expect(rows(other)).toEqual(['mine failed'])
    expect(room.messages).toEqual([])
    other.close()
    const back = join(ada)
    clock.advance(1_000)
    expect(rows(back)).toEqual(['mine stored'])
    expect(room.messages).toHaveLength(1)
  })

  test('expired: what lay for 14 days waits for a word', () => {
    const { join, clock, server, room } = createWorld()
    const storage = createStorage()
    server.offline(true)
    const first = join({ storage })
    const { cid } = first.send('old')
    first.close()
    server.offline(false)
    const later = join({ storage, wallClock: () => 1_800_000_000_000 + 15 * 86_400_000 })
    clock.advance(10_000)
    expect(room.messages).toEqual([])
    expect(later.getMessage(cid)?.failure?.code).toBe('expired')
    later.retry(cid)
    clock.advance(100)
    expect(rows(later)).toEqual(['old stored'])
  })

  test.each(['denied', 'full'])(
    '[F87] storage that throws (%s) is survived in memory, by the next session too',
    (kind) => {
      const { join, clock, server, room } = createWorld()
      const denied = () => {
        throw new DOMException('denied', 'SecurityError')
      }
      const storage =
        kind === 'denied'
          ? new Proxy({} as KeepStorage, { get: denied })
          : { ...createStorage(), setItem: denied }
      server.offline(true)
      const before = join({ storage })
      before.send('here')
      before.setDraft('half')
      before.close()
      server.offline(false)
      const after = join({ storage })
      expect(texts(after)).toEqual(['here'])
      expect(after.getDraft()).toBe('half')
      clock.advance(5_000)
      expect(rows(after)).toEqual(['here stored'])
      const { you } = after.store.getState()
      after.close()
      const again = join({ storage })
      clock.advance(100)
      expect(again.store.getState().you?.user).toEqual(you?.user)
      expect(texts(again)).toEqual(['here'])
      again.forget()
      expect(join({ storage }).getDraft()).toBe('')
      expect(room.messages).toHaveLength(1)
    },
  )

  test('[W12] [F85] a refused message that another tab discards does not hold up the others', () => {
    const { join, server, clock, sent, room } = createWorld()
    const storage = createStorage()
    server.offline(true)
    const first = join({ storage })
    first.send('A')
    first.send('B')
    clock.advance(100)
    first.close()
    server.offline(false)
    server.nackNext('storage', { waitMs: 5_000 })
    const second = join({ storage })
    clock.advance(500)
    server.offline(true)
    const third = join({ storage })
    third.discard(third.getMessages()[0]?.key ?? '')
    third.close()
    server.offline(false)
    const before = sent('send').length
    clock.advance(60_000)
    expect(rows(second)).toEqual(['B stored'])
    expect(room.messages.map(text)).toEqual(['B'])
    // Not before the hello: until then the server would refuse it, for it waits for A.
    expect(sent('send').slice(before)).toHaveLength(1)
  })

  test('[W5] [F52] what a listener says at the return of the line does not overtake what waits', () => {
    const { join, server, clock, room } = createWorld()
    const session = join()
    server.ignoreNext('send', 1)
    session.send('before')
    clock.advance(50)
    server.drop()
    let isSaid = false
    session.store.subscribe(() => {
      if (phase(session) !== 'live' || isSaid) return
      isSaid = true
      session.send('at the return')
    })
    clock.advance(20_000)
    expect(room.messages.map(text)).toEqual(['before', 'at the return'])
    expect(texts(session)).toEqual(['before', 'at the return'])
  })

  test('typing that was on at close() is not taken up again by reconnect()', () => {
    const { join, server, clock, sent } = createWorld()
    const session = join()
    session.setTyping(true)
    clock.advance(100)
    session.close()
    clock.advance(10_000)
    session.reconnect()
    clock.advance(1_000)
    expect(server.session('room').connections).toBe(1)
    expect(sent('presence').filter(({ data }) => data.includes('typing'))).toHaveLength(1)
  })

  test('[F85] what another tab discarded meanwhile is not sent by this one', () => {
    const { join, clock, server, room } = createWorld()
    const storage = createStorage()
    server.offline(true)
    const first = join({ storage })
    const { cid } = first.send('no')
    first.send('yes')
    const second = join({ storage })
    expect(texts(second)).toEqual(['no', 'yes'])
    first.discard(cid)
    first.close()
    server.offline(false)
    clock.advance(10_000)
    expect(room.messages.map(text)).toEqual(['yes'])
    expect(rows(second)).toEqual(['yes stored'])
  })
})
