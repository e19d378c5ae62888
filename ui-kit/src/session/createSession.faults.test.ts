/** Rows of the catalogue that belong to the whole of a session, on the fake server. */

import { describe, expect, test } from 'vitest'
import { MESSAGE_MARGIN } from '../protocol/index.ts'
import type { WebSocketClass } from '../socket/WebSocketLike.ts'
import {
  altered,
  createStorage,
  createWorld,
  phase,
  rows,
  text,
  texts,
} from './createWorld.test.ts'
import type { KeepStorage } from './keep.ts'
import type { Session } from './Session.ts'

/** A network that takes what it is given, and doesn't get rid of it. */
function jammed(Inner: WebSocketClass, held: { bytes: number }): WebSocketClass {
  return class extends Inner {
    constructor(url: string | URL) {
      super(url)
      Object.defineProperty(this, 'bufferedAmount', { get: () => held.bytes })
    }
  }
}

describe('delivery', () => {
  test('[F57] above the high water nothing is handed out until the low water is reached', () => {
    const { join, clock, server, room } = createWorld()
    const held = { bytes: 0 }
    const session = join({ WebSocket: jammed(server.WebSocket, held) })
    const sent = () => session.getMessages().filter(({ delivery }) => delivery !== 'queued').length
    held.bytes = 262_145
    session.send('a')
    session.send('b')
    for (const [bytes, expected] of [
      [262_145, 0],
      [200_000, 0],
      [65_537, 0],
      [65_536, 2],
    ] as const) {
      held.bytes = bytes
      clock.advance(1_000)
      expect(sent(), `${bytes} bytes`).toBe(expected)
    }
    expect(room.messages.map(text)).toEqual(['a', 'b'])
  })

  test('[F57] [W5] an answer takes its time from when the words have left', () => {
    const { join, clock, server, sent } = createWorld()
    const held = { bytes: 0 }
    const session = join({ WebSocket: jammed(server.WebSocket, held) })
    server.ignoreNext('send')
    held.bytes = 200_000
    session.send('slow')
    clock.advance(24_000)
    expect(sent('hello')).toHaveLength(1)
    held.bytes = 0
    clock.advance(20_000)
    expect(sent('hello')).toHaveLength(2)
    expect(rows(session)).toEqual(['slow stored'])
  })

  test('[F57] a ping gets through to a network that is behind', () => {
    const { join, clock, server, sent } = createWorld()
    const session = join({ WebSocket: jammed(server.WebSocket, { bytes: 1_000_000 }) })
    session.send('waits')
    clock.advance(30_000)
    expect(sent('ping').length).toBeGreaterThan(0)
    expect(rows(session)).toEqual(['waits queued'])
    expect(phase(session)).toBe('live')
  })

  test('[F56] long texts, files and meta are held against the limit of messages, too', () => {
    const { join } = createWorld({ limits: { messageBytes: 1_000 } })
    const session = join()
    const refused = expect.objectContaining({
      code: 'too_large',
      message: expect.stringContaining('1000 may be sent'),
    })
    const file = { type: 'file' as const, url: `data:,${'x'.repeat(1_000)}`, mediaType: 'a/b' }
    expect(() => session.send('é'.repeat(501))).toThrow(refused)
    expect(() => session.send({ parts: [file] })).toThrow(refused)
    expect(() =>
      session.send({ parts: [{ type: 'text', text: 'a' }], meta: { m: 'x'.repeat(1_000) } }),
    ).toThrow(refused)
    expect(session.getMessages()).toEqual([])
    session.send('é'.repeat(500))
    expect(session.getMessages()).toHaveLength(1)
  })

  test('[W12] a message taken up again does not come before the one that the server waits for', () => {
    const { join, clock, server, room, sent } = createWorld({ limits: { inFlight: 1 } })
    const session = join()
    server.nackNext('forbidden')
    const { cid } = session.send('first')
    clock.advance(100)
    server.nackNext('storage', { waitMs: 1_000 })
    session.send('second')
    clock.advance(100)
    session.retry(cid)
    clock.advance(5_000)
    expect(room.messages.map(text)).toEqual(['second', 'first'])
    expect(sent('send')).toHaveLength(4)
  })

  test('[W12] a message that just fits does so when it goes again, before those said after it', () => {
    const { join, clock, server, room } = createWorld({
      limits: { serverFrameBytes: MESSAGE_MARGIN + 300, inFlight: 2 },
    })
    const session = join()
    const first = 'x'.repeat(session.bytesLeft(''))
    server.nackNext('rate_limited')
    for (const word of [first, 'second', 'third']) session.send(word)
    clock.advance(5_000)
    expect(room.messages.map(text)).toEqual([first, 'second', 'third'])
    expect(() => session.send(`${first}x`)).toThrow(/ 3\d\d bytes, and 300 may be sent/)
  })

  test('[F60] what is said out of sight, on a line that has given itself time, leaves soon', () => {
    const { join, clock, server, page, say } = createWorld()
    const session = join()
    page.visible = false
    say('hidden')
    server.drop()
    clock.advance(5_000)
    expect(phase(session)).toBe('paused')
    session.send('from behind')
    clock.advance(1_000)
    expect(rows(session)).toEqual(['from behind stored'])
  })

  test('[F60] a tab that is hidden for hours with unanswered work keeps its socket and its work', () => {
    const { join, clock, server, room, page, say } = createWorld()
    const session = join()
    server.ignoreNext('send', 3)
    session.send('unanswered')
    page.visible = false
    say('hidden')
    clock.advance(3 * 3_600_000)
    expect(room.messages.map(text)).toEqual(['unanswered'])
    expect(rows(session)).toEqual(['unanswered stored'])
    expect(server.dials).toBe(1)
    expect(phase(session)).toBe('live')
  })

  test.each(['getItem', 'setItem', 'removeItem', 'key'] as const)(
    '[F87] storage whose %s begins to throw in the middle costs nothing',
    (method) => {
      const { join, clock, server, room } = createWorld()
      const storage: KeepStorage = createStorage()
      const session = join({ storage })
      server.offline(true)
      clock.advance(10)
      session.send('before')
      storage[method] = () => {
        throw new DOMException('no more', 'QuotaExceededError')
      }
      session.send('after')
      session.setDraft('half')
      const { cid } = session.send('never')
      session.discard(cid)
      server.offline(false)
      clock.advance(10_000)
      expect(rows(session)).toEqual(['before stored', 'after stored'])
      expect(room.messages.map(text)).toEqual(['before', 'after'])
      expect(session.getDraft()).toBe('half')
      session.forget()
    },
  )
})

describe('the log', () => {
  test('[F46] a deploy: everybody comes back within seconds, and nobody lost a thing', () => {
    const { join, clock, server, room } = createWorld()
    const people = ['a', 'b', 'c'].map((guest) =>
      join({ guest: guest.repeat(20), WebSocket: server.network().WebSocket }),
    )
    for (const [index, session] of people.entries()) session.send(`before ${index}`)
    server.restart(500)
    for (const [index, session] of people.entries()) session.send(`after ${index}`)
    clock.advance(5_000)
    expect(people.map(phase)).toEqual(['live', 'live', 'live'])
    clock.advance(1_000)
    expect(room.messages).toHaveLength(6)
    for (const session of people) expect(texts(session)).toEqual(room.messages.map(text))
  })

  test('[F63] a hello that is answered twice replays nothing twice', () => {
    const { join, clock, server, room, sent } = createWorld()
    let doubled = 0
    const twice = altered(server.WebSocket, (data) => {
      if (!data.includes('"sync"')) return data
      doubled++
      const frames = [JSON.parse(data)].flat()
      return JSON.stringify([...frames, ...frames])
    })
    const session = join({ WebSocket: twice })
    room.post('a')
    clock.advance(100)
    const shown: string[] = []
    session.subscribeMessages(() => shown.push(texts(session).join()))
    server.drop()
    room.post('b')
    clock.advance(10_000)
    expect(doubled).toBe(2)
    expect(shown).toEqual(['a,b'])
    expect(sent('hello')).toHaveLength(2)
  })

  test('[F63] a second answer that comes late takes nothing back', () => {
    const { join, clock, server, room, sent } = createWorld()
    let answer: unknown[] = []
    const session = join({
      WebSocket: altered(server.WebSocket, (data) => {
        const frames = [JSON.parse(data)].flat()
        if (data.includes('"sync"')) answer = frames
        return JSON.stringify(data.includes('"msg"') ? [...frames, ...answer] : frames)
      }),
    })
    const { id } = room.post('a')
    clock.advance(100)
    room.edit(id, [{ type: 'text', text: 'b' }])
    room.post('c')
    clock.advance(5_000)
    expect(answer.length).toBeGreaterThan(0)
    expect(texts(session)).toEqual(['b', 'c'])
    expect(sent('hello')).toHaveLength(1)
  })

  test('[F36] [F48] what is unanswered when the line is lost hastens no dial', () => {
    const { join, clock, server } = createWorld()
    const session = join()
    server.ignoreNext('send')
    session.send('unanswered')
    clock.advance(1_000)
    server.drop(1013, 'full;60000')
    clock.advance(59_000)
    expect(server.dials).toBe(1)
    expect(rows(session)).toEqual(['unanswered sent'])
    clock.advance(60_000)
    expect(rows(session)).toEqual(['unanswered stored'])
  })

  test('[F70] frames of an unknown type pass; another version of the protocol is the end', () => {
    const { join, clock, server, room, sent } = createWorld()
    const future = altered(server.WebSocket, (data) =>
      data.replace(/^\{/, '[{"type":"from-the-future","seq":99},{').replace(/\}$/, '}]'),
    )
    const session = join({ WebSocket: future })
    room.post('a')
    clock.advance(60_000)
    expect(texts(session)).toEqual(['a'])
    expect(sent('hello')).toHaveLength(1)
    server.drop(4426, 'version')
    clock.advance(600_000)
    expect(server.dials).toBe(1)
    expect(session.store.getState().connection).toMatchObject({
      phase: 'ended',
      close: { code: 4426, reason: 'version' },
    })
  })

  test('[F72] a hello never tells a cursor above what is shown', () => {
    const { join, clock, server, room, say } = createWorld()
    const told: number[] = []
    const missing: string[] = []
    class Watched extends server.WebSocket {
      override send(data: string) {
        const { cursor } = JSON.parse(data)
        if (cursor !== undefined) {
          told.push(cursor)
          const shown = session.getMessages().map(({ id }) => id)
          for (const { seq, id } of room.messages)
            if (seq <= cursor && !shown.includes(id)) missing.push(id)
        }
        super.send(data)
      }
    }
    const session: Session = join({ WebSocket: Watched })
    for (let i = 0; i < 5; i++) {
      say('hidden')
      clock.advance(61_000)
      // The beginning of an answer waits for the next commit; the hello of who comes back doesn't.
      room.stream(`answer ${i}`, { tokensPerSecond: 100 })
      clock.advance(2)
      say('visible')
      clock.advance(5_000)
    }
    expect(told.length).toBeGreaterThanOrEqual(5)
    expect(Math.max(...told)).toBeGreaterThan(4)
    expect(missing).toEqual([])
  })

  test('[F75] an agent in error that went on meanwhile is working again after the catch-up', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    const agent = () => session.store.getState().agent
    room.status({ state: 'error', detail: 'no model' })
    clock.advance(100)
    expect(agent()).toEqual({ state: 'error', detail: 'no model' })
    server.offline(true)
    clock.advance(100)
    room.stream('word '.repeat(100), { tokensPerSecond: 2 })
    room.status({ state: 'working' })
    server.offline(false)
    clock.advance(5_000)
    expect(agent()).toEqual({ state: 'working' })
    expect(session.getMessages().at(-1)?.state).toBe('streaming')
  })

  test('[W3] an older message that is edited or deleted changes in place, seen or not', async () => {
    const { join, clock, room } = createWorld({ limits: { syncMessages: 10 } })
    room.history(Array.from({ length: 30 }, (_, i) => ({ text: `${i}` })))
    const session = join()
    const id = (index: number) => room.messages[index]?.id ?? ''
    room.edit(id(25), [{ type: 'text', text: 'mended' }])
    room.remove(id(26))
    // These are not here yet, and are no reason for a hole in the feed.
    room.edit(id(3), [{ type: 'text', text: 'mended, too' }])
    room.remove(id(4))
    clock.advance(100)
    expect(texts(session)).toEqual(['20', '21', '22', '23', '24', 'mended', '', '27', '28', '29'])
    room.post('live')
    clock.advance(100)
    expect(texts(session).at(-1)).toBe('live')
    const older = session.loadOlder(100)
    clock.advance(100)
    await older
    expect(texts(session)).toEqual(room.messages.map(text))
    expect(texts(session).slice(2, 6)).toEqual(['2', 'mended, too', '', '5'])
  })

  test('[F65] a cursor below the floor brings the snapshot, in one commit', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    room.history([{ text: 'old' }])
    clock.advance(100)
    server.offline(true)
    clock.advance(10)
    room.history(Array.from({ length: 20 }, (_, i) => ({ text: `${i}` })))
    room.prune(5)
    const seen: string[][] = []
    session.subscribeMessages(() => seen.push(texts(session)))
    server.offline(false)
    clock.advance(5_000)
    expect(seen).toEqual([['15', '16', '17', '18', '19']])
  })

  test('[F47] a socket whose send throws is given up, and everything goes on the next', () => {
    const { join, clock, server, room } = createWorld()
    let takes = Infinity
    const Bad = class extends (server.WebSocket as unknown as typeof WebSocket) {
      override send(data: string) {
        if (takes-- <= 0) throw new Error('a bad day')
        super.send(data)
      }
    }
    const session = join({ WebSocket: Bad as never })
    server.offline(true)
    const said = Array.from({ length: 30 }, (_, i) => `${i}`)
    for (const one of said) session.send(one)
    server.offline(false)
    // Above its allowance it speaks by itself: in the middle of that no caller hears of an error.
    takes = 20
    clock.advance(10_000)
    expect(session.store.getState().connection.close).toEqual({ code: 0, reason: 'a bad day' })
    takes = Infinity
    clock.advance(60_000)
    expect([room.messages.map(text), texts(session)]).toEqual([said, said])
    takes = 0
    session.send('now')
    takes = Infinity
    clock.advance(10_000)
    expect(room.messages.map(text)).toEqual([...said, 'now'])
  })
})
