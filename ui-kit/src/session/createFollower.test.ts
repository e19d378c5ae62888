/** Following, on the fake server: what others say is shown once, whole and in order. */

import { describe, expect, test } from 'vitest'
import { decodeServerFrames, type ServerFrame } from '../protocol/index.ts'
import { altered, createWorld, phase, rows, text, texts } from './createWorld.test.ts'

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

  test('[F64] [W3] [S18] a hole in seq is healed on the same socket', () => {
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

  test.each([
    ['ack', 'msg'],
    ['msg', 'ack'],
  ])(
    '[S34] a message of one’s own makes one row where its %s comes before its %s',
    async (first) => {
      const { join, clock, server } = createWorld()
      const orders = new Set<string>()
      const session = join({
        WebSocket: altered(server.WebSocket, (data) => {
          const frames = decodeServerFrames(data) ?? []
          const ours = frames.filter(({ type }) => type === 'ack' || type === 'msg')
          if (ours.length < 2) return data
          if (ours[0]?.type !== first) frames.reverse()
          orders.add(frames.map(({ type }) => type).join())
          return JSON.stringify(frames)
        }),
      })
      const { stored } = session.send('hello')
      clock.advance(1_000)
      expect((await stored).pos).toBe(1)
      expect(session.getMessages().map(text)).toEqual(['hello'])
      expect([...orders]).toEqual([first === 'ack' ? 'ack,msg' : 'msg,ack'])
      expect(session.store.getState().keys).toHaveLength(1)
    },
  )

  test('[W3] a catch-up without its welcome is none: nobody knows yet who they are', () => {
    const { join, clock, server, sent } = createWorld()
    server.loseNext('welcome')
    const session = join({ guest: 'the-secret-of-ada' })
    expect(phase(session)).toBe('live')
    expect(sent('hello')).toHaveLength(2)
    expect(session.store.getState()).toMatchObject({ connections: 1, you: { user: {} } })
    server.loseNext('welcome')
    server.drop()
    clock.advance(5_000)
    expect(server.dials).toBe(2)
    expect(sent('hello')).toHaveLength(4)
    expect(phase(session)).toBe('live')
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

  test('what comes within a frame is one commit; the end of an answer is shown at once', () => {
    const { join, clock, room } = createWorld()
    const session = join()
    let commits = 0
    session.store.subscribe(() => commits++)
    for (let i = 0; i < 20; i++) room.post(`${i}`)
    clock.advance(10)
    expect(texts(session)).toEqual([])
    clock.advance(100)
    expect(texts(session)).toHaveLength(20)
    expect(commits).toBe(1)
    room.stream('an answer', { tokensPerSecond: 20 })
    while (room.messages.at(-1)?.state === 'streaming') clock.advance(1)
    clock.advance(1)
    expect(rows(session).at(-1)).toBe('an answer stored')
    expect(session.getMessages().at(-1)?.state).toBe('done')
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

  test('[F66] a reset on a live socket brings the new log in one commit, and keeps the outbox', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    room.post('old')
    clock.advance(100)
    server.latency({ ms: 300 })
    server.ignoreNext('send')
    session.send('mine')
    const seen: string[][] = []
    session.subscribeMessages(() => seen.push(rows(session)))
    room.wipe()
    room.post('new')
    clock.advance(15_000)
    expect(seen[0]).toEqual(['new stored', 'mine sent'])
    expect(rows(session)).toEqual(['new stored', 'mine stored'])
    expect(server.dials).toBe(1)
  })

  test('[F66] a line that is lost behind a reset leaves on show what was there', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    room.post('old')
    clock.advance(100)
    server.ignoreNext('hello')
    room.wipe()
    clock.advance(1)
    server.offline(true)
    clock.advance(1_000)
    expect(rows(session)).toEqual(['old stored'])
    server.offline(false)
    clock.advance(5_000)
    expect(rows(session)).toEqual([])
  })

  test.each(['somebody else', 'this client'])(
    '[W3] [F66] a lost reset shows itself with what %s says next, on the same socket',
    (who) => {
      const { join, clock, server, room } = createWorld({ limits: { syncMessages: 5 } })
      room.history(Array.from({ length: 20 }, (_, i) => ({ text: `old ${i}` })))
      const session = join()
      server.loseNext('reset')
      room.wipe()
      clock.advance(1_000)
      expect(texts(session)).toHaveLength(5)
      if (who === 'this client') session.send('new')
      else room.post('new')
      clock.advance(1_000)
      expect(rows(session)).toEqual(['new stored'])
      expect(server.dials).toBe(1)
    },
  )

  test('[W3] [W6] a msg that comes again is no sign of another log', () => {
    const { join, clock, server, room, sent } = createWorld()
    const session = join()
    server.duplicate(true)
    const first = room.post('one')
    session.send('two')
    clock.advance(100)
    room.edit(first.id, [{ type: 'text', text: 'mended' }])
    clock.advance(1_000)
    expect(texts(session)).toEqual(['mended', 'two'])
    expect(server.faults.duplicated).toBeGreaterThan(3)
    expect(sent('hello')).toHaveLength(1)
  })

  test('[W3] [F76] a catch-up in parts is shown whole or not at all', () => {
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

  test.each([
    ['text that is no JSON', (data: string) => data.slice(0, 200)],
    ['a sync without messages', (data: string) => data.replace('"messages"', '"massages"')],
    ['a message without parts', (data: string) => data.replace('"parts"', '"pants"')],
  ])('[F69] [W3] %s within a catch-up spoils it: nothing is skipped', (_, spoil) => {
    for (const nth of [1, 2, 3]) {
      const { join, clock, server, room, sent } = createWorld({
        limits: { serverFrameBytes: 4_096 },
      })
      room.history(Array.from({ length: 10 }, (_, i) => ({ text: `${i} `.repeat(300) })))
      let syncs = 0
      const session = join({
        WebSocket: altered(server.WebSocket, (data) =>
          data.includes('"type":"sync"') && ++syncs === nth ? spoil(data) : data,
        ),
      })
      const sizes = new Set([session.getMessages().length])
      session.subscribeMessages(() => sizes.add(session.getMessages().length))
      clock.advance(20_000)
      expect(texts(session)).toEqual(room.messages.map(text))
      expect([...sizes].every((size) => size === 0 || size === 10)).toBe(true)
      expect(sent('hello').length).toBe(2)
      expect(syncs).toBeGreaterThan(5)
    }
  })

  test('[W6] spoiled catch-ups are asked for again with growing distance', () => {
    const { join, clock, server, sent } = createWorld()
    const session = join({
      random: () => 0.5,
      WebSocket: altered(server.WebSocket, (data) => data.replace('"messages"', '"massages"')),
    })
    clock.advance(60_000)
    expect(phase(session)).not.toBe('live')
    expect(sent('hello').length).toBeLessThan(12)
    expect(sent('hello').length).toBeGreaterThan(4)
  })

  test('[W3] a snapshot of the same epoch replaces what had a higher seq, too', () => {
    const { join, clock, server, room } = createWorld()
    let snapshot: ServerFrame | undefined
    const session = join({
      WebSocket: altered(server.WebSocket, (data) =>
        JSON.stringify(
          decodeServerFrames(data)?.map((frame) =>
            snapshot && frame.type === 'sync' ? snapshot : frame,
          ),
        ),
      ),
    })
    const { epoch } = room
    const first = room.post('first')
    room.post('second')
    room.edit(first.id, [{ type: 'text', text: 'changed' }])
    clock.advance(100)
    expect(texts(session)).toEqual(['changed', 'second'])
    // Restored from a backup of an earlier hour, and nobody renewed the epoch.
    const fields = { mode: 'snapshot', epoch, to: 1, hasOlder: false, more: false } as const
    snapshot = { type: 'sync', ...fields, messages: [first] }
    server.drop()
    clock.advance(5_000)
    expect(texts(session)).toEqual(['first'])
  })

  test('[F64] a server that has forgotten us hears a hello, at a distance', () => {
    const { join, clock, server, room, sent } = createWorld()
    const refusal = { code: 'hello_required', message: 'say hello', fatal: false }
    let hasForgotten = true
    const session = join({
      WebSocket: altered(server.WebSocket, (data) =>
        hasForgotten && data.includes('"type":"msg"')
          ? JSON.stringify({ type: 'error', ...refusal })
          : data,
      ),
    })
    for (let i = 0; i < 50; i++) {
      room.post(`${i}`)
      clock.advance(100)
    }
    hasForgotten = false
    clock.advance(5_000)
    expect(texts(session)).toEqual(room.messages.map(text))
    expect(sent('hello').length).toBeGreaterThan(2)
    expect(sent('hello').length).toBeLessThan(6)
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

  test('[W3] an answer that streams far below a snapshot opens no hole in front of older pages', async () => {
    const { join, clock, room } = createWorld()
    room.history(Array.from({ length: 30 }, (_, i) => ({ text: `before ${i}` })))
    const answer = room.stream('slow', { tokensPerSecond: 0.001 })
    room.history(Array.from({ length: 130 }, (_, i) => ({ text: `after ${i}` })))
    room.edit(room.messages[2]?.id ?? '', [{ type: 'text', text: 'mended' }])
    const session = join()
    await session.ready
    expect(session.getMessages().map(({ pos }) => pos)).toEqual([
      31,
      ...Array.from({ length: 100 }, (_, i) => i + 62),
    ])
    // A live change of an old message is no front of the log either.
    room.edit(room.messages[0]?.id ?? '', [{ type: 'text', text: 'mended, too' }])
    clock.advance(100)
    while (session.store.getState().history.hasOlder) {
      const older = session.loadOlder(20)
      clock.advance(1_000)
      await older
    }
    expect(session.getMessages().map(({ pos }) => pos)).toEqual(room.messages.map(({ pos }) => pos))
    expect(session.getMessages().find(({ id }) => id === answer.id)?.state).toBe('streaming')
    expect(texts(session).slice(0, 3)).toEqual(['mended, too', 'before 1', 'mended'])
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
