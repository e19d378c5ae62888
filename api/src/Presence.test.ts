import { type Peer, PING, type ServerFrame } from '@session-kit/ui-kit/protocol'
import { describe, expect, test, vi } from 'vitest'
import { checkEndings } from '../test/endNear.ts'
import {
  checkEvictions,
  evict,
  inside,
  LINE_MODES,
  MODES,
  newSession,
  TestClient,
} from '../test/TestClient.ts'
import { withRoom } from '../test/withRoom.ts'
import type { Connection, Kept } from './Connection.ts'

const vars = (peers: number) => ({
  AGENT: 'none',
  SESSION_LIMITS: JSON.stringify({ peers, burst: 10_000, perSecond: 10_000 }),
})

/** What a client knows of the others, put together from what it was told. */
function known(frames: readonly ServerFrame[]): Peer[] | undefined {
  let peers: Peer[] | undefined
  for (const frame of frames) {
    if (frame.type === 'welcome') peers = frame.peers
    if (frame.type !== 'presence') continue
    if (frame.op === 'list') peers = frame.peers
    else if (frame.op === 'count') peers = undefined
    else {
      const { op, peer } = frame
      peers = peers?.filter(({ conn }) => conn !== peer.conn)
      if (op !== 'leave') peers?.push(peer)
    }
  }
  return peers
}

/** A connection that was listed as live, or as what is said. */
function fake(n: number, kept: Partial<Kept> = {}, texts: string[] = []): Connection {
  return {
    kept: {
      v: 1,
      id: `connection-${n}`,
      session: 's',
      user: { id: `user-${n}`, name: `Ada the ${n}th` },
      role: 'member',
      phase: 'live',
      batch: true,
      listed: false,
      state: { typing: true },
      badAtMs: [],
      ...kept,
    },
    counts: { frames: 0, refused: 0 },
    keep(change) {
      Object.assign(this.kept, change)
    },
    send: (text) => void texts.push(text),
    close: () => {},
    bufferedBytes: 0,
    hasPinged: false,
  }
}

/** Raw connections that were let in `agesMs` ago. */
const raw = <Ages extends number[]>(nowMs: number, ...agesMs: Ages) =>
  agesMs.map((ageMs, n) => fake(n, { phase: 'raw', sinceMs: nowMs - ageMs })) as {
    [N in keyof Ages]: Connection
  }

describe.each(MODES)('$mode', (mode) => {
  test('[W14] sockets that say nothing and go bring the list back', async () => {
    const session = newSession(vars(5))
    const raws = []
    for (let i = 0; i < 6; i++) raws.push(await TestClient.connect(session, mode))
    const [one, two] = [await TestClient.join(session, mode), await TestClient.join(session, mode)]
    for (const client of [one, two])
      await client.get('presence', ({ op, connections }) => op === 'count' && connections === 8)
    for (const raw of raws) {
      raw.close()
      await raw.getClosed()
    }
    for (const client of [one, two])
      expect(await client.get('presence', ({ op }) => op === 'list')).toMatchObject({
        connections: 4,
        peers: { length: 1 },
      })
    two.close()
    expect(await one.get('presence')).toMatchObject({ op: 'leave', connections: 1 })
    expect(known(one.frames)).toEqual([])
  })

  test('[W14][W15] a ping that the runtime answered is a sign of life, and so is a value', async () => {
    const session = newSession({ AGENT: 'none', SESSION_LIMITS: '{"connections":3}' })
    const clients: TestClient[] = []
    for (let i = 0; i < 3; i++) clients.push(await TestClient.connect(session, mode))
    const [pings, talks, listens] = clients as [TestClient, TestClient, TestClient]
    await pings.say(PING)
    await pings.get('pong')
    await talks.say(['a value'])
    for (const client of clients) await client.get('echo')
    await inside(session, (_, state) => {
      for (const ws of state.getWebSockets())
        ws.serializeAttachment({ ...ws.deserializeAttachment(), sinceMs: Date.now() - 60_000 })
    })
    await evict(session)
    await TestClient.connect(session, mode)
    expect(await listens.getClosed()).toEqual({ code: 1013, reason: 'silent;30000' })
    // Its place is free once the session has heard the answer to its close.
    await pings.settle()
    const next = await TestClient.join(session, mode)
    const refused = await TestClient.connect(session, mode)
    expect((await refused.getClosed()).reason).toMatch(/^full;/)
    await next.say(['another'])
    for (const client of [pings, talks, next]) await client.get('echo')
  })
})

describe.each(LINE_MODES)('on one line, $mode', (mode) => {
  test('[W14] a socket that says nothing ends the list when it is one too many', async () => {
    const session = newSession(vars(3))
    const clients = []
    for (let i = 0; i < 3; i++) clients.push(await TestClient.join(session, mode))
    const [first, second, third] = clients as [TestClient, TestClient, TestClient]
    const raw = await TestClient.connect(session, mode)
    for (const client of clients)
      expect(await client.get('presence', ({ op }) => op === 'count')).toMatchObject({
        connections: 4,
      })
    await second.say({ type: 'presence', state: { typing: true } })
    await second.settle()
    await first.settle()
    expect(first.rest('presence')).toEqual([])
    raw.close()
    third.close()
    const list = await first.get('presence', ({ op }) => op !== 'count')
    expect(list).toMatchObject({ op: 'list', connections: 2, peers: [{ state: { typing: true } }] })
  })

  test('[W14] no more peers are listed than fit into a frame', async () => {
    const limits = { peers: 300, serverFrameBytes: 9_216, burst: 1_000 }
    const session = newSession({ AGENT: 'none', SESSION_LIMITS: JSON.stringify(limits) })
    for (let i = 0; i < 8; i++) {
      const client = await TestClient.join(session, mode)
      await client.say({ type: 'presence', state: { note: 'é'.repeat(480) } })
      await client.settle()
    }
    const last = await TestClient.connect(session, mode)
    const { welcome } = await last.hello()
    expect([welcome.peers.length, welcome.connections]).toEqual([3, 9])
    for (const text of last.texts)
      expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(limits.serverFrameBytes)
  })

  test('[W14] who comes, changes and goes is told to the others, once', async () => {
    const session = newSession(vars(100))
    const ada = await TestClient.join(session, mode)
    const bob = await TestClient.connect(session, mode)
    const { welcome } = await bob.hello()
    expect([welcome.peers.length, welcome.connections]).toEqual([1, 2])
    const join = await ada.get('presence')
    expect(join).toMatchObject({
      op: 'join',
      peer: { conn: welcome.you.conn, state: {} },
      connections: 2,
    })
    await bob.say({ type: 'presence', state: { typing: true } })
    expect(await ada.get('presence')).toMatchObject({
      op: 'state',
      peer: { state: { typing: true } },
    })
    const late = await TestClient.join(session, mode)
    const states = known(late.frames)?.map(({ state }) => JSON.stringify(state))
    expect(states?.sort()).toEqual(['{"typing":true}', '{}'])
    bob.close()
    expect(await ada.get('presence', ({ op }) => op === 'leave')).toMatchObject({ connections: 2 })
    expect(bob.frames.filter((frame) => frame.type === 'presence')).toHaveLength(1)
  })

  test('[W14] above the limit only the number is told, and one list at nine tenths', async () => {
    const session = newSession(vars(10))
    const clients: TestClient[] = []
    const enter = async () => clients.push(await TestClient.join(session, mode))
    for (let i = 0; i < 10; i++) await enter()
    const [first, second] = clients as [TestClient, TestClient]
    await first.get('presence', (frame) => frame.connections === 10)
    expect(known(first.frames)).toHaveLength(9)
    await enter()
    expect(await first.get('presence')).toMatchObject({ op: 'count', connections: 11 })
    // By now a count would be allowed again.
    await new Promise((resolve) => setTimeout(resolve, 1_050))
    await second.say({ type: 'presence', state: { typing: true } })
    await second.settle()
    await first.settle()
    expect(first.rest('presence')).toEqual([])
    // A hello in the crowd brings no list that would grow old.
    await second.hello()
    expect(await second.get('presence', ({ op }) => op === 'count')).toMatchObject({
      connections: 11,
    })
    await second.settle()
    expect(known(second.frames)).toBeUndefined()
    clients.pop()?.close()
    expect(await first.get('presence')).toMatchObject({ op: 'count', connections: 10 })
    clients.pop()?.close()
    const list = await first.get('presence', ({ op }) => op !== 'count')
    expect(list).toMatchObject({ op: 'list', connections: 9 })
    expect(known(first.frames)).toHaveLength(8)
    expect(known(first.frames)?.some(({ state }) => state.typing)).toBe(true)
    await enter()
    expect(await first.get('presence')).toMatchObject({ op: 'join', connections: 10 })
  })
})

test('[T13][W14] a count is told at most once a second', async () => {
  const session = newSession(vars(2))
  const first = await TestClient.join(session)
  const startMs = Date.now()
  for (let i = 0; i < 20; i++) await TestClient.join(session)
  await first.get('presence', ({ connections }) => connections === 21)
  const counts = first.frames.filter((frame) => frame.type === 'presence' && frame.op === 'count')
  expect(counts.length).toBeLessThanOrEqual(2 + (Date.now() - startMs) / 1_000)
})

test('[S53][T13] a socket that is closing holds its place until it is gone, or for a minute', () =>
  withRoom({ limits: { connections: 3 } }, (room) => {
    room.connections.push(fake(1), fake(2), fake(3))
    expect(room.room.desk.kick('user-3', false)).toBe(1)
    expect(room.room.isFull).toBe(true)
    const kicked = room.connections.splice(2)
    expect(room.room.isFull).toBe(false)
    room.connections.push(...kicked)
    room.wake()
    room.nowMs += 59_999
    expect(room.room.isFull).toBe(true)
    room.nowMs += 1
    expect(room.room.isFull).toBe(false)
  }))

test('[W14][T13] in a full session the one that never said a word, for longest, makes place', () =>
  withRoom({ limits: { connections: 5 } }, async (room) => {
    const [young, old, oldest, talks] = raw(room.nowMs, 59_999, 60_000, 70_000, 80_000)
    const pings = { ...fake(9, { phase: 'raw', sinceMs: 0 }), hasPinged: true }
    room.connections.push(young, old, oldest, talks, pings)
    room.room.frames.receive(talks, '"raw"')
    const closed: string[] = []
    for (const one of room.connections)
      one.close = (code, reason) => closed.push(`${one.kept.id} ${code} ${reason}`)
    for (const makes of [oldest, old]) {
      // Its place is free once it has answered, and not before.
      expect(room.room.isFull).toBe(true)
      expect(closed.splice(0)).toEqual([`${makes.kept.id} 1013 silent;30000`])
      room.connections.splice(room.connections.indexOf(makes), 1)
      expect(room.room.isFull).toBe(false)
      const next = fake(room.connections.length + 10)
      room.connections.push(next)
      room.room.opened(next)
    }
    expect(room.room.isFull).toBe(true)
    expect(closed).toEqual([])
    expect(room.events.map(({ type }) => type)).toEqual(['connection.end', 'connection.end'])
  }))

test('[T13][W14] of those that never say a word and never answer, none makes place within its minute', () =>
  withRoom({ limits: { connections: 3 } }, (room) => {
    room.connections.push(...raw(room.nowMs, 60_000, 60_000, 60_000))
    for (let times = 0; times < 5; times++) expect(room.room.isFull).toBe(true)
    expect(room.connections.map(({ kept }) => kept.phase)).toEqual(['closed', 'closed', 'closed'])
    room.nowMs += 59_999
    expect(room.room.isFull).toBe(true)
    room.nowMs += 1
    expect(room.room.isFull).toBe(false)
  }))

test('[W14][T13] who has just said hello keeps its place, stored or not', () =>
  withRoom({ limits: { connections: 2 } }, async (room) => {
    const [silent, talks] = raw(room.nowMs, 70_000, 80_000)
    for (const one of [silent, talks]) {
      room.connections.push(one)
      room.room.opened(one)
    }
    await room.settle()
    room.room.frames.receive(talks, '"raw"')
    room.room.frames.receive(silent, '{"type":"hello","v":1}')
    expect(room.room.isFull).toBe(true)
    await room.settle()
    expect(silent.kept.phase).toBe('live')
  }))

test('[W14][W1] a list whose flush could not be stored is told all the same', () =>
  withRoom({ limits: { peers: 10 } }, async (room) => {
    const texts: string[] = []
    const ada = fake(0, {}, texts)
    room.connections.push(ada, ...Array.from({ length: 9 }, (_, n) => fake(n + 1)))
    room.say('cid-of-one')
    await room.settle()
    texts.splice(0)
    room.refuseCommit = true
    room.room.desk.kick('user-9', false)
    room.room.frames.receive(ada, '{"type":"send","cid":"cid-of-two","text":"x"}')
    await room.settle()
    room.refuseCommit = false
    const told = texts.flatMap((text) => JSON.parse(text))
    expect(told.map(({ type, op }) => op ?? type).sort()).toEqual(['list', 'nack'])
    expect(told.find(({ op }) => op === 'list')).toMatchObject({ connections: 9 })
    expect(ada.kept.listed).toBe(true)
  }))

test('[W14] who never says a word makes no crowd, is closed by nobody, and counts when heard', () =>
  withRoom({ limits: { peers: 3 } }, async (room) => {
    const texts: string[] = []
    const silent = raw(room.nowMs, 0, 0, 0)
    const enter = (...connections: Connection[]) => {
      for (const one of connections) {
        room.connections.push(one)
        room.room.opened(one)
      }
      return room.settle()
    }
    await enter(fake(7, { listed: true }, texts), ...silent)
    expect(room.room.desk.status().connections).toBe(4)
    room.nowMs += 60_000
    await enter(fake(8, { listed: true }))
    expect(room.room.desk.status().connections).toBe(2)
    expect(JSON.parse(texts.at(-1) ?? '')).toMatchObject({ op: 'list', connections: 2 })
    expect(silent.map(({ kept }) => kept.phase)).toEqual(['raw', 'raw', 'raw'])
    room.wake()
    expect(room.room.desk.status().connections).toBe(2)
    const [first, second] = silent
    room.room.frames.receive(first, '{"type":"hello","v":1}')
    room.room.frames.receive(second, '"raw"')
    await room.settle()
    expect(room.room.desk.status().connections).toBe(4)
    room.wake()
    expect(room.room.desk.status().connections).toBe(4)
  }))

test('[W14] the list of a large session is encoded once, for however many', () =>
  withRoom({ limits: { peers: 300 } }, async (room) => {
    const texts: string[][] = []
    for (let n = 0; n < 200; n++) {
      const heard: string[] = []
      texts.push(heard)
      room.connections.push(fake(n, {}, heard))
    }
    const encode = vi.spyOn(JSON, 'stringify')
    room.room.opened(room.connections[0] as Connection)
    await room.settle()
    const calls = encode.mock.calls.length
    encode.mockRestore()
    expect(calls).toBeLessThan(2 * 200)
    for (const [n, [text = '']] of texts.entries()) {
      const list = JSON.parse(text)
      expect([list.op, list.connections, list.peers.length]).toEqual(['list', 200, 199])
      const others = room.connections.filter((one) => one.kept.id !== `connection-${n}`)
      expect(list.peers.map((peer: Peer) => peer.conn)).toEqual(others.map(({ kept }) => kept.id))
    }
  }))

test('[W15] evictions were in earnest', () => checkEvictions(15))

test('[W1] ends were in earnest', () => checkEndings(1, ['catch-up']))
