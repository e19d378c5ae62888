/** How sockets end, and who hears of it: statements of failures.md. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  type TestClient as Client,
  checkEvictions,
  evict,
  inside,
  LINE_MODES,
  newSession,
  socketOf,
  TestClient,
} from '../test/TestClient.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const alone = { AGENT: 'none', SESSION_LIMITS: '{"burst":10000,"perSecond":10000}' }

const isMsg = ({ type }: { type: string }) => type === 'msg'

/** Every frame about `gone` leaving that came until now. */
const leaves = (client: Client) =>
  client.frames.filter((frame) => frame.type === 'presence' && frame.op === 'leave')

async function three(session: string, mode: { evict?: boolean } = {}) {
  const join = () => TestClient.join(session, mode)
  return [await join(), await join(), await join()] as const
}

describe.each(LINE_MODES)('on one line, $mode', (mode) => {
  test.each<[string, ('error' | 'close')[]]>([
    ['an error alone', ['error']],
    ['a close alone', ['close']],
    ['an error, then a close', ['error', 'close']],
    ['a close, then an error', ['close', 'error']],
    ['both of them twice', ['error', 'error', 'close', 'close']],
  ])('[S60] %s: presence leaves once', async (_name, events) => {
    const session = newSession(alone)
    const [ada, bob] = [await TestClient.join(session, mode), await TestClient.join(session, mode)]
    if (mode.evict) await evict(session)
    const lines = vi.spyOn(console, 'info')
    await inside(session, (instance, state) => {
      const socket = socketOf(state, ada)
      for (const event of events)
        if (event === 'error') instance.webSocketError(socket)
        else instance.webSocketClose(socket, 1006, '')
    })
    expect(await bob.get('presence', ({ op }) => op === 'leave')).toMatchObject({ connections: 1 })
    await bob.tell('still here')
    expect(leaves(bob)).toHaveLength(1)
    const ends = lines.mock.calls.filter(([line]) => String(line).includes(session))
    expect(ends.map(([line]) => JSON.parse(line).event)).toEqual(['connection.end'])
    expect((await bob.hello()).welcome).toMatchObject({ peers: [], connections: 1 })
  })

  test('[S61] a close that comes after eviction announces the leave, though the instance is new', async () => {
    const session = newSession(alone)
    const [ada, bob] = [await TestClient.join(session, mode), await TestClient.join(session, mode)]
    const { you } = (await ada.hello()).welcome
    await ada.say({ type: 'presence', state: { typing: true } })
    await ada.settle()
    await evict(session)
    ada.close()
    const leave = await bob.get('presence', ({ op }) => op === 'leave')
    expect(leave).toMatchObject({ peer: { conn: you.conn, user: you.user }, connections: 1 })
  })

  test('[S62] a socket that is silent is present until the runtime finds its line broken, then leaves once', async () => {
    const session = newSession(alone)
    const [ghost, ada] = [await TestClient.join(session, mode), await TestClient.join(session)]
    const { you } = (await ghost.hello()).welcome
    await ghost.say('{"type":"ping"}')
    await ghost.get('pong')
    // An hour without a ping proves nothing: who gets frames need not ping.
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000)
    await ada.tell('still heard')
    expect((await ghost.get('msg')).seq).toBe(1)
    expect((await ada.hello()).welcome.peers.map(({ conn }) => conn)).toEqual([you.conn])
    await inside(session, (instance, state) => {
      instance.webSocketClose(socketOf(state, ghost), 1006, '')
    })
    expect(await ada.get('presence', ({ op }) => op === 'leave')).toMatchObject({ connections: 1 })
    const { welcome } = await ada.hello()
    expect([welcome.peers, leaves(ada).length]).toEqual([[], 1])
  })
})

test('[S54] a socket that closes in the middle of a broadcast takes the frame from nobody else', async () => {
  const session = newSession(alone)
  const clients = await three(session)
  const [first, second, third] = await inside(session, (_, state) => {
    const places = clients.map((client) => state.getWebSockets().indexOf(socketOf(state, client)))
    const inOrder = [0, 1, 2].map((place) => clients[places.indexOf(place)] as Client)
    const [served, next] = inOrder.map((client) => socketOf(state, client)) as [
      WebSocket,
      WebSocket,
    ]
    const send = served.send.bind(served)
    served.send = (text: string) => {
      next.close(4000, 'gone')
      send(text)
    }
    return inOrder as [Client, Client, Client]
  })
  await third.tell('heard by the rest')
  expect((await first.get('msg')).seq).toBe(1)
  expect((await third.hello({})).sync.to).toBe(1)
  expect((await second.getClosed()).code).toBe(4000)
  expect([first, second, third].map(({ frames }) => frames.filter(isMsg).length)).toEqual([1, 0, 1])
})

test('[S55] a socket whose send throws is closed, and the loop goes on', async () => {
  const session = newSession(alone)
  const [ada, bob, eve] = await three(session)
  await inside(session, (_, state) => {
    socketOf(state, ada).send = () => {
      throw new TypeError('sabotage')
    }
  })
  await bob.tell('heard by the rest')
  expect((await eve.get('msg')).seq).toBe(1)
  expect(await ada.getClosed()).toEqual({ code: 1011, reason: 'send_failed' })
  expect(await eve.get('presence', ({ op }) => op === 'leave')).toMatchObject({ connections: 2 })
  await bob.settle()
  expect(leaves(bob)).toHaveLength(1)
})

test('[S58] where no close frame came, none is sent', async () => {
  const session = newSession(alone)
  const [ada, bob] = await three(session)
  const close = await inside(session, (instance, state) => {
    const socket = socketOf(state, ada)
    const close = vi.spyOn(socket, 'close')
    const send = vi.spyOn(socket, 'send')
    for (const code of [1006, 1015]) instance.webSocketClose(socket, code, 'broken')
    return [close, send]
  })
  await bob.tell('told to the others')
  for (const spy of close) expect(spy).not.toHaveBeenCalled()
})

test('[S59] a reason of 200 bytes is cut between two characters, and nothing throws', async () => {
  const session = newSession(alone)
  const clients = await three(session)
  const reasons = ['x'.repeat(200), 'é'.repeat(100), 'ab🛰'.repeat(34)]
  await inside(session, (instance, state) => {
    for (const [i, client] of clients.entries())
      instance.webSocketClose(socketOf(state, client), 4001, reasons[i] ?? '')
  })
  const cut = []
  for (const client of clients) cut.push((await client.getClosed()).reason)
  expect(cut).toEqual(['x'.repeat(123), 'é'.repeat(61), `${'ab🛰'.repeat(20)}ab`])
})

test('[W15] evictions were in earnest', () => checkEvictions(15))
