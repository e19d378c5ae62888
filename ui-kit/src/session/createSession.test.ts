/** The session on the fake server: what is sent, what is shown, over every kind of cut. */

import { describe, expect, test } from 'vitest'
import { createFakeServer, type FakeServerOptions } from '../testing/createFakeServer.ts'
import { createManualClock } from '../testing/createManualClock.ts'
import { createSeed } from '../testing/createSeed.ts'
import { createSession, type SessionOptions } from './createSession.ts'
import type { KeepStorage } from './keep.ts'
import type { FeedMessage, Session } from './Session.ts'

function createStorage(): KeepStorage & { texts: Map<string, string> } {
  const texts = new Map<string, string>()
  return {
    texts,
    get length() {
      return texts.size
    },
    key: (index) => [...texts.keys()][index] ?? null,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => void texts.set(key, text),
    removeItem: (key) => void texts.delete(key),
  }
}

function createIds(seed: number) {
  const random = createSeed(seed)
  const letter = () => Math.floor(random() * 36).toString(36)
  return () => Array.from({ length: 22 }, letter).join('')
}

let seed = 1
function createWorld(options: FakeServerOptions = {}) {
  const clock = createManualClock()
  const server = createFakeServer({ clock, agent: () => null, ...options })
  const frames: { to: string; data: string }[] = []
  server.onFrame(({ direction, data }) => frames.push({ to: direction, data: String(data) }))
  const page = { online: true, visible: true, listeners: new Set<(event: never) => void>() }
  return {
    clock,
    server,
    frames,
    page,
    room: server.session('room'),
    sent: (type: string) =>
      frames.filter(({ to, data }) => to === 'toServer' && data.includes(`"type":"${type}"`)),
    join(more: Partial<SessionOptions> = {}): Session {
      const session = createSession({
        url: 'http://chat.test',
        sessionId: 'room',
        clock,
        random: createSeed(seed++),
        createId: createIds(seed++),
        wallClock: () => 1_800_000_000_000 + clock.now(),
        storage: null,
        WebSocket: server.WebSocket,
        network: {
          isOnline: () => page.online,
          isVisible: () => page.visible,
          subscribe(listener) {
            page.listeners.add(listener as never)
            return () => page.listeners.delete(listener as never)
          },
        },
        ...more,
      })
      clock.advance(100)
      return session
    },
    say(event: string) {
      for (const listener of [...page.listeners]) listener(event as never)
    },
  }
}

const text = ({ parts }: Pick<FeedMessage, 'parts'>) =>
  parts.map((part) => ('text' in part ? part.text : part.type)).join('')
const texts = (session: Session) => session.getMessages().map(text)
const rows = (session: Session) =>
  session.getMessages().map((row) => `${text(row)} ${row.delivery}`)
const phase = (session: Session) => session.store.getState().connection.phase

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

  test('[F58] other_identity: what one person wrote is never sent as another, unless they say so', () => {
    const { join, clock, server, room } = createWorld()
    const storage = createStorage()
    const first = join({ storage, guest: 'a'.repeat(20) })
    server.offline(true)
    clock.advance(10)
    const { cid } = first.send('mine')
    server.offline(false)
    first.close()
    const second = join({ storage, guest: 'b'.repeat(20) })
    clock.advance(10_000)
    expect(room.messages).toEqual([])
    expect(second.getMessage(cid)?.failure?.code).toBe('other_identity')
    second.retry(cid)
    clock.advance(100)
    expect(room.messages[0]?.author.id).toBe(second.store.getState().you?.user.id)
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

  test('[F87] storage that throws, and none at all, is survived in memory', () => {
    const { join, clock, room } = createWorld()
    const broken = new Proxy({} as KeepStorage, {
      get() {
        throw new DOMException('denied', 'SecurityError')
      },
    })
    const session = join({ storage: broken })
    session.send('here')
    clock.advance(100)
    expect(room.messages.map(text)).toEqual(['here'])
    session.forget()
  })
})

describe('following', () => {
  test('[F61] [F62] [F67] what was missed comes in order, once, whatever overlaps', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    room.post('one')
    clock.advance(100)
    server.drop()
    for (let i = 0; i < 20; i++) room.post(`${i}`)
    clock.advance(5_000)
    expect(texts(session)).toEqual(room.messages.map(text))
    expect(session.store.getState().unread.count).toBe(21)
    session.markRead()
    expect(session.store.getState().unread).toEqual({ count: 0 })
  })

  test('[F64] [W3] a hole in seq is healed on the same socket', () => {
    const { join, clock, server, room, sent } = createWorld()
    const session = join()
    server.gap()
    room.post('lost')
    clock.advance(200)
    expect(texts(session)).toEqual([])
    room.post('next')
    clock.advance(200)
    expect(texts(session)).toEqual(['lost', 'next'])
    expect(server.dials).toBe(1)
    expect(sent('hello')).toHaveLength(2)
  })

  test('[W6] gap hellos keep their distance: at once, then 1 s, 2 s, up to 30 s', () => {
    const { join, clock, server, room, sent } = createWorld()
    join()
    const saidAt: number[] = []
    for (let i = 0; i < 1_200; i++) {
      server.gap()
      room.post('lost')
      room.post('seen')
      const before = sent('hello').length
      clock.advance(100)
      if (sent('hello').length > before) saidAt.push(clock.now())
    }
    const waits = saidAt.slice(1).map((at, i) => at - (saidAt[i] ?? 0))
    expect(waits.slice(0, 5).map((wait) => Math.round(wait / 1_000))).toEqual([1, 2, 4, 8, 16])
    expect(Math.max(...waits)).toBeLessThan(30_300)
  })

  test('[W3] [W9] an answer grows in place, and a lost last frame is found by the silence', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    room.stream('a long answer '.repeat(6), { tokensPerSecond: 20 })
    clock.advance(700)
    const [key = ''] = session.store.getState().keys
    const keys = session.store.getState().keys
    const half = text(session.getMessage(key) ?? { parts: [] })
    expect(half.length).toBeGreaterThan(10)
    server.loseNext('msg')
    clock.advance(1_000)
    expect(room.messages[0]?.state).toBe('done')
    expect(session.getMessage(key)?.state).toBe('streaming')
    clock.advance(16_000)
    expect(session.getMessage(key)?.state).toBe('done')
    expect(texts(session)).toEqual(room.messages.map(text))
    expect(session.store.getState().keys).toBe(keys)
  })

  test('[W6] duplicated, swapped and cut frames leave the text whole', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.duplicate(true)
    server.reorder(true)
    room.stream('words that come in any order, twice '.repeat(30), { tokensPerSecond: 60 })
    clock.advance(2_000)
    server.drop()
    clock.advance(60_000)
    server.reorder(false)
    clock.advance(60_000)
    expect(texts(session)).toEqual(room.messages.map(text))
    expect(server.faults.duplicated).toBeGreaterThan(5)
    expect(server.faults.reordered).toBeGreaterThan(5)
  })

  test('[F65] [F66] a new epoch replaces the log, in one commit, and keeps what is unsent', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    room.history([{ text: 'a' }, { text: 'b' }])
    clock.advance(100)
    server.offline(true)
    clock.advance(10)
    session.send('mine')
    room.wipe()
    room.post('new')
    const seen: string[][] = []
    session.subscribeMessages(() => seen.push(texts(session)))
    server.offline(false)
    clock.advance(1_000)
    expect(seen[0]).toEqual(['new', 'mine'])
    expect(rows(session)).toEqual(['new stored', 'mine stored'])
  })

  test('a reset on a live socket drops the log, keeps the outbox and catches up', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    room.post('old')
    clock.advance(100)
    server.ignoreNext('send')
    session.send('mine')
    room.wipe()
    clock.advance(15_000)
    expect(rows(session)).toEqual(['mine stored'])
    expect(server.dials).toBe(1)
  })

  test('[W3] a catch-up in parts is shown whole or not at all', () => {
    const { join, clock, server, room } = createWorld({ limits: { serverFrameBytes: 4_096 } })
    room.history(Array.from({ length: 40 }, (_, i) => ({ text: `${i} `.repeat(100) })))
    const sizes = new Set<number>()
    const session = join()
    session.subscribeMessages(() => sizes.add(session.getMessages().length))
    server.drop()
    clock.advance(5_000)
    expect(
      [...sizes, session.getMessages().length].every((size) => size === 0 || size === 40),
    ).toBe(true)
    expect(session.getMessages()).toHaveLength(40)
  })

  test('[F69] a frame that is no JSON is answered by a hello', () => {
    const { join, clock, sent, server } = createWorld()
    const sockets: EventTarget[] = []
    const Spy = class extends (server.WebSocket as unknown as new (url: string) => EventTarget) {
      constructor(url: string) {
        super(url)
        sockets.push(this)
      }
    }
    const session = join({ WebSocket: Spy as never })
    for (const data of ['{"type":"msg"', '{"type":"msg","seq":1}', '{"type":"sync"}', '[null,7]'])
      sockets[0]?.dispatchEvent(Object.assign(new Event('message'), { data }))
    clock.advance(3_000)
    expect(sent('hello').length).toBeGreaterThan(1)
    expect(phase(session)).toBe('live')
  })

  test('older history is put in front, and asked for anew when the line was lost meanwhile', async () => {
    const { join, clock, server, room } = createWorld({ limits: { syncMessages: 10 } })
    room.history(Array.from({ length: 35 }, (_, i) => ({ text: `${i}` })))
    const session = join()
    expect(session.getMessages()).toHaveLength(10)
    expect(session.store.getState().history).toEqual({ phase: 'idle', hasOlder: true })
    const older = session.loadOlder(10)
    expect(session.store.getState().history.phase).toBe('loading')
    clock.advance(100)
    await older
    expect(texts(session)[0]).toBe('15')
    const again = session.loadOlder(20)
    server.drop()
    clock.advance(5_000)
    await again
    expect(texts(session)).toEqual(room.messages.map(text))
    expect(session.store.getState().history).toEqual({ phase: 'idle', hasOlder: false })
    await session.loadOlder()
  })

  test('[W7] cancel stops what is streaming, also when said while the line is down', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    room.stream('x '.repeat(500), { tokensPerSecond: 20 })
    clock.advance(1_000)
    server.drop()
    clock.advance(10)
    session.cancel()
    clock.advance(3_000)
    expect(session.getMessages()[0]?.state).toBe('cancelled')
    expect(texts(session)).toEqual(room.messages.map(text))
  })

  test('again asks for a new answer, and settles with the message it answers', async () => {
    const { join, clock, room } = createWorld({ agent: () => 'an answer' })
    const session = join()
    session.send('a question')
    clock.advance(5_000)
    const [question, answer] = session.getMessages()
    const stored = session.again(answer?.id ?? '')
    expect(session.store.getState().outbox).toEqual([])
    clock.advance(5_000)
    expect((await stored).id).toBe(question?.id)
    expect(room.messages).toHaveLength(3)
    expect(texts(session)).toEqual(room.messages.map(text))
  })
})

describe('the line', () => {
  test('[F10] is live only after the sync, and tells since when it is not', () => {
    const { join, clock, server } = createWorld()
    server.ignoreNext('hello')
    const session = join()
    expect(phase(session)).toBe('syncing')
    expect(session.store.getState().status).toBe('connecting')
    clock.advance(12_000)
    expect(phase(session)).toBe('live')
    expect(session.store.getState().connection.downSinceMs).toBeUndefined()
    server.drop()
    clock.advance(10)
    expect(session.store.getState().connection.downSinceMs).toBeGreaterThan(10_000)
  })

  test('[F12] [F40] a ticket is asked for anew at every attempt; the third refusal ends it', async () => {
    let asked = 0
    const { join, clock, server } = createWorld({
      admit: () => ({ close: 4401, reason: 'unauthorized' }),
    })
    const session = join({
      ticket: () => {
        asked++
        return 'bad'
      },
    })
    clock.advance(60_000)
    expect(asked).toBe(3)
    expect(server.dials).toBe(3)
    expect(session.store.getState().connection).toMatchObject({
      phase: 'ended',
      close: { code: 4401 },
    })
    await expect(session.ready).rejects.toMatchObject({ code: 'ended' })
    expect(session.send('kept').cid).toBeDefined()
  })

  test('[F37] a 1000 from the server is no end; 4410 is, until somebody wants it again', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.drop(1000)
    clock.advance(3_000)
    expect(phase(session)).toBe('live')
    room.delete()
    clock.advance(60_000)
    expect(phase(session)).toBe('ended')
    session.reconnect()
    clock.advance(100)
    expect(phase(session)).toBe('live')
  })

  test('a page that was hidden for a minute asks what it missed', () => {
    const { join, clock, server, room, say, page } = createWorld()
    const session = join()
    page.visible = false
    say('hidden')
    server.loseNext('msg')
    room.post('unseen')
    clock.advance(61_000)
    expect(texts(session)).toEqual([])
    page.visible = true
    say('visible')
    clock.advance(100)
    expect(texts(session)).toEqual(['unseen'])
  })

  test('[F28] [F29] into the back/forward cache and out: one reconnect, nothing lost', () => {
    const { join, clock, server, room, say, page } = createWorld()
    const session = join()
    page.visible = false
    say('pagehide')
    room.post('meanwhile')
    clock.advance(120_000)
    expect(server.open).toBe(0)
    page.visible = true
    say('pageshow')
    clock.advance(1_000)
    expect(texts(session)).toEqual(['meanwhile'])
    expect(server.dials).toBe(2)
  })

  test('close() is idempotent, rejects what is unanswered, leaves no timer and no socket', async () => {
    const { join, clock, server } = createWorld()
    const session = join()
    server.ignoreNext('send')
    const { stored } = session.send('unanswered')
    session.close()
    session.close()
    await expect(stored).rejects.toMatchObject({ code: 'closed' })
    clock.advance(600_000)
    expect(server.dials).toBe(1)
    expect(server.open).toBe(0)
    expect(phase(session)).toBe('ended')
  })

  test('forget() wipes outbox, draft and the guest’s secret', () => {
    const { join, server } = createWorld()
    const storage = createStorage()
    const session = join({ storage })
    session.setDraft('half a thought')
    server.offline(true)
    session.send('never')
    expect(join({ storage }).getDraft()).toBe('half a thought')
    session.forget()
    expect([...storage.texts.keys()]).toEqual([])
    expect(texts(session)).toEqual([])
    expect(session.getDraft()).toBe('')
  })
})

describe('people', () => {
  test('presence and typing reach the others, come again after a reconnect, and count people', () => {
    const { join, clock, server, room } = createWorld()
    const ada = join({ name: 'Ada', guest: 'ada'.repeat(8) })
    const bob = join({ name: 'Bob', guest: 'bob'.repeat(8), WebSocket: server.network().WebSocket })
    ada.setPresence({ mood: 'fine' })
    ada.setTyping(true)
    clock.advance(200)
    const seen = () => bob.store.getState().peers.map(({ user, state }) => [user.name, state])
    expect(seen()).toEqual([['Ada', { mood: 'fine', typing: true }]])
    expect(bob.store.getState().connections).toBe(2)
    server.drop()
    clock.advance(100)
    expect(seen()).toEqual([])
    clock.advance(3_000)
    expect(seen()).toEqual([['Ada', { mood: 'fine', typing: true }]])
    room.join('Cy')
    clock.advance(100)
    expect(ada.store.getState().peers.map(({ user }) => user.name)).toEqual(['Bob', 'Cy'])
  })

  test('a broadcast reaches everybody, is dropped while not live, and may not pose as a frame', () => {
    const { join, clock, server } = createWorld()
    const session = join()
    const heard: unknown[] = []
    session.onBroadcast((data) => heard.push(data))
    session.broadcast({ type: 'wave' })
    clock.advance(100)
    server.drop()
    clock.advance(10)
    session.broadcast('lost')
    clock.advance(5_000)
    expect(heard).toEqual([{ type: 'wave' }])
    expect(() => session.broadcast({ type: 'hello' })).toThrow(/the protocol uses/)
  })
})

describe('rendering', () => {
  test('[F73] a token wakes its own row, and the store not at all', () => {
    const { join, clock, room } = createWorld()
    const session = join()
    room.history([{ text: 'before' }])
    room.stream('word '.repeat(200), { tokensPerSecond: 50 })
    clock.advance(500)
    const [first = '', second = ''] = session.store.getState().keys
    const woken = { first: 0, second: 0, store: 0, any: 0 }
    session.subscribeMessage(first, () => woken.first++)
    session.subscribeMessage(second, () => woken.second++)
    session.subscribeMessages(() => woken.any++)
    session.store.subscribe(() => woken.store++)
    clock.advance(1_000)
    expect(woken.second).toBeGreaterThan(5)
    expect(woken).toEqual({ first: 0, second: woken.second, store: 0, any: woken.second })
  })

  test('[F71] a listener that throws harms no other', () => {
    const { join, clock, room } = createWorld()
    const session = join()
    const errors: unknown[] = []
    const original = console.error
    console.error = (...args: unknown[]) => errors.push(args)
    let heard = 0
    session.subscribeMessages(() => {
      throw new Error('mine')
    })
    session.subscribeMessages(() => heard++)
    room.post('a')
    clock.advance(100)
    console.error = original
    expect(heard).toBe(1)
    expect(errors).toHaveLength(1)
  })

  test('the same arrays come back as long as nothing changed', () => {
    const { join, clock, room } = createWorld()
    const session = join()
    room.history([{ text: 'a' }, { text: 'b' }])
    clock.advance(100)
    const list = session.getMessages()
    const { keys, outbox } = session.store.getState()
    session.setTyping(true)
    clock.advance(1_000)
    expect(session.getMessages()).toBe(list)
    expect(session.store.getState().keys).toBe(keys)
    room.edit(list[0]?.id ?? '', [{ type: 'text', text: 'changed' }])
    clock.advance(100)
    expect(texts(session)).toEqual(['changed', 'b'])
    expect(session.getMessages()[1]).toBe(list[1])
    expect(session.store.getState().keys).toBe(keys)
    expect(session.store.getState().outbox).toBe(outbox)
  })
})
