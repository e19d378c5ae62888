import type { Peer, ServerFrame } from '@session-kit/ui-kit/protocol'
import { describe, expect, test, vi } from 'vitest'
import { checkEvictions, LINE_MODES, newSession, TestClient } from '../test/TestClient.ts'
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

describe.each(LINE_MODES)('on one line, $mode', (mode) => {
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

test('[W14] no more peers are listed than fit into a frame', async () => {
  const limits = { peers: 1_000, serverFrameBytes: 9_216, burst: 1_000 }
  const session = newSession({ AGENT: 'none', SESSION_LIMITS: JSON.stringify(limits) })
  for (let i = 0; i < 8; i++) {
    const client = await TestClient.join(session)
    await client.say({ type: 'presence', state: { note: 'é'.repeat(480) } })
    await client.settle()
  }
  const last = await TestClient.connect(session)
  const { welcome } = await last.hello()
  expect([welcome.peers.length, welcome.connections]).toEqual([3, 9])
  for (const text of last.texts)
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(limits.serverFrameBytes)
})

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
  }
}

test('[S53][T13] a socket that is closing holds its place until it is gone', () =>
  withRoom({ limits: { connections: 3 } }, (room) => {
    room.connections.push(fake(1), fake(2), fake(3, { phase: 'closed' }))
    expect(room.room.isFull).toBe(true)
    room.connections.pop()
    expect(room.room.isFull).toBe(false)
  }))

test('[W14] the list of a large session is encoded once, for however many', () =>
  withRoom({ limits: { peers: 1_000 } }, async (room) => {
    const texts: string[][] = []
    for (let n = 0; n < 600; n++) {
      const heard: string[] = []
      texts.push(heard)
      room.connections.push(fake(n, {}, heard))
    }
    const encode = vi.spyOn(JSON, 'stringify')
    room.room.opened(room.connections[0] as Connection)
    await room.settle()
    const calls = encode.mock.calls.length
    encode.mockRestore()
    expect(calls).toBeLessThan(2 * 600)
    for (const [n, [text = '']] of texts.entries()) {
      const list = JSON.parse(text)
      expect([list.op, list.connections, list.peers.length]).toEqual(['list', 600, 599])
      const others = room.connections.filter((one) => one.kept.id !== `connection-${n}`)
      expect(list.peers.map((peer: Peer) => peer.conn)).toEqual(others.map(({ kept }) => kept.id))
    }
  }))

test('[W15] evictions were in earnest', () => checkEvictions(15))
