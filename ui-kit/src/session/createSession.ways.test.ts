/** Where a session finds its server and as whom, and how it comes back when it was lost. */

import { expect, test, vi } from 'vitest'
import { createSeed } from '../testing/createSeed.ts'
import {
  altered,
  createStorage,
  createWorld,
  phase,
  rows,
  text,
  texts,
} from './createWorld.test.ts'
import type { Session } from './Session.ts'

const close = (session: Session) => session.store.getState().connection.close

/** What a promise of a ticket needs to become a dial. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

test.each([
  '',
  'chat.example.com',
  'localhost:8787',
  '/api',
  'ftp://chat',
  'https://exa mple.com',
  'https://chat.test/#top',
  'https://chat.test/?a=b',
  undefined,
])('[F15] %j is no place of a server: `no_origin` at once, and no dial', (url) => {
  const { join, server } = createWorld()
  expect(() => join({ url: url as string })).toThrow(
    expect.objectContaining({
      code: 'no_origin',
      message: expect.stringMatching(/whole url, as in https:/),
    }),
  )
  expect(server.dials).toBe(0)
})

test('a url may have a path, a port, last slashes and any of four schemes', () => {
  const { join } = createWorld()
  const dialled: string[] = []
  class Deaf {
    readonly readyState = 0
    readonly bufferedAmount = 0
    constructor(url: string | URL) {
      dialled.push(String(url).split('?')[0] ?? '')
    }
    addEventListener() {}
    send() {}
    close() {}
  }
  for (const url of ['http://a.test:8787', 'https://a.test/chat//', 'ws://a.test', 'wss://a.test/'])
    join({ url, WebSocket: Deaf })
  expect(dialled).toEqual([
    'ws://a.test:8787/sessions/room/websocket',
    'wss://a.test/chat/sessions/room/websocket',
    'ws://a.test/sessions/room/websocket',
    'wss://a.test/sessions/room/websocket',
  ])
})

test('[F80] why a socket could not be made is told without the secrets of its url', () => {
  const { join } = createWorld()
  class Refused {
    constructor(url: string | URL) {
      throw new SyntaxError(`The URL '${url}' is invalid.`)
    }
  }
  const session = join({ WebSocket: Refused as never, guest: 'SECRET'.repeat(4) })
  expect(close(session)).toEqual({
    code: 0,
    reason: "The URL 'ws://chat.test/sessions/room/websocket is invalid.",
  })
})

test('[F12] a ticket() that gives no text says so in one way, and is asked again', async () => {
  const { join, clock, server } = createWorld()
  for (const [given, what] of [
    [undefined, 'undefined'],
    [null, 'object'],
    [{ token: 'x' }, 'object'],
    ['', 'an empty text'],
  ] as const)
    for (const ticket of [() => given, async () => given]) {
      const asked = vi.fn(ticket)
      const session = join({ ticket: asked as never })
      await settle()
      expect(close(session)).toEqual({
        code: 0,
        reason: `ticket() gave ${what}, not the text of a ticket`,
      })
      clock.advance(1_000)
      await settle()
      expect(asked.mock.calls.length).toBeGreaterThan(1)
      session.close()
    }
  expect(server.dials).toBe(0)
})

test('[F80] a guest whose secret was wiped reads why in words', async () => {
  const { join, clock, server } = createWorld()
  const storage = createStorage()
  const session = join({ storage })
  storage.texts.clear()
  server.drop()
  clock.advance(2_000)
  expect(phase(session)).toBe('ended')
  expect(close(session)?.reason).toBe('this guest was logged out in this browser')
  await expect(session.loadOlder()).rejects.toMatchObject({
    message: 'session-kit: the session has ended: this guest was logged out in this browser',
  })
})

test('[F14] 100 clients whose path died under a stream come back one by one', () => {
  const { join, clock, server, room } = createWorld()
  const random = createSeed(14)
  const dialMs: number[] = []
  class Counted extends server.WebSocket {
    constructor(url: string | URL) {
      super(url)
      dialMs.push(clock.now())
    }
  }
  const sessions = Array.from({ length: 100 }, () => join({ WebSocket: Counted, random }))
  room.stream('a long answer '.repeat(500), { tokensPerSecond: 5 })
  clock.advance(5_000)
  expect(sessions[0]?.store.getState().connections).toBe(100)
  dialMs.length = 0
  server.halfOpen(true)
  clock.advance(45_000)
  expect(new Set(sessions.map(phase)).has('live')).toBe(false)
  const slots = Map.groupBy(dialMs, (ms) => Math.floor(ms / 100))
  expect(dialMs.length).toBeGreaterThanOrEqual(100)
  expect(Math.max(...[...slots.values()].map((dials) => dials.length))).toBeLessThanOrEqual(15)
  for (const session of sessions) session.close()
})

test('[F09] a server that takes sockets and answers no hello is dialled less and less often', () => {
  const { join, clock, server } = createWorld()
  const session = join()
  server.halfOpen(true)
  server.session('room').status({ state: 'working' })
  session.reconnect()
  clock.advance(120_000)
  expect(session.store.getState().connection.attempt).toBeGreaterThan(4)
  expect(server.dials).toBeLessThan(11)
})

test('[F23] what was said during a blip leaves within a minute, though the tab was hidden', () => {
  const { join, clock, server, room, say, page } = createWorld()
  const session = join()
  server.offline(true)
  clock.advance(10)
  session.send('on my way')
  page.visible = false
  say('hidden')
  clock.advance(5_000)
  server.offline(false)
  clock.advance(35_000)
  expect(room.messages.map(text)).toEqual(['on my way'])
  expect(rows(session)).toEqual(['on my way stored'])
})

test('`ready` of a session that was ended and is wanted again is a promise of its own', async () => {
  let isWelcome = false
  const { join, clock } = createWorld({
    admit: () =>
      isWelcome
        ? { user: { id: 'u', name: 'U' }, role: 'member' }
        : { close: 4403, reason: 'forbidden' },
  })
  const session = join()
  const first = session.ready
  await expect(first).rejects.toMatchObject({ code: 'ended' })
  isWelcome = true
  session.reconnect()
  expect(session.ready).not.toBe(first)
  clock.advance(100)
  await session.ready
  const { ready } = session
  session.close()
  session.reconnect()
  expect(session.ready).toBe(ready)
})

test('[F24] a signal that outlives its sessions holds none that was closed', () => {
  const { join } = createWorld()
  const { signal } = new AbortController()
  const added = vi.spyOn(signal, 'addEventListener')
  const removed = vi.spyOn(signal, 'removeEventListener')
  const session = join({ signal })
  session.close()
  session.reconnect()
  session.close()
  const runs = (spy: typeof added) => new Set(spy.mock.calls.map(([, run]) => run))
  expect(runs(added).size).toBe(1)
  expect(runs(removed as never)).toEqual(runs(added))
})

const closings: Record<string, (session: Session, stop: AbortController) => void> = {
  'by a listener of the store': (session) =>
    session.store.subscribe(({ status }) => status === 'connected' && session.close()),
  'by a listener of the phase': (session) =>
    session.store.subscribe(({ connection }) => connection.phase === 'live' && session.close()),
  'by a listener of the messages': (session) => session.subscribeMessages(session.close),
  'by its signal, from a listener': (session, stop) =>
    session.store.subscribe(({ status }) => status === 'connected' && stop.abort()),
}

test.each(Object.keys(closings))(
  '[F24] [F88] closed %s as the line comes back, a session holds nothing',
  async (how) => {
    const { join, clock, room, server, page } = createWorld()
    const timers = new Set<unknown>()
    const held = new Set<string>()
    const stop = new AbortController()
    const session = join({
      signal: stop.signal,
      storage: createStorage(),
      clock: {
        now: clock.now,
        setTimeout(run, delayMs) {
          const timer = clock.setTimeout(() => {
            timers.delete(timer)
            run()
          }, delayMs)
          timers.add(timer)
          return timer
        },
        clearTimeout(timer) {
          timers.delete(timer)
          clock.clearTimeout(timer)
        },
      },
      locks: {
        async request(name, _, run) {
          held.add(name)
          await run()
          held.delete(name)
        },
      },
    })
    await session.ready
    expect([held.size, page.listeners.size > 0, timers.size > 0]).toEqual([1, true, true])
    server.drop()
    room.post('meanwhile')
    closings[how]?.(session, stop)
    clock.advance(10_000)
    await settle()
    expect(phase(session)).toBe('ended')
    expect([held.size, page.listeners.size, timers.size]).toEqual([0, 0, 0])
    expect(() => session.send('more')).toThrow('closed')
  },
)

test('[F58] a url is one place, with a slash behind it or without', () => {
  const { join, clock, room, server } = createWorld()
  const storage = createStorage()
  server.offline(true)
  const before = join({ storage, url: 'http://chat.test/' })
  before.send('said there')
  before.close()
  server.offline(false)
  const after = join({ storage, url: 'http://chat.test' })
  clock.advance(1_000)
  expect(rows(after)).toEqual(['said there stored'])
  expect(room.messages.map(({ author }) => author.id)).toEqual([
    after.store.getState().you?.user.id,
  ])
})

test('[F24] whose signal is aborted already dials nowhere and keeps nothing', async () => {
  const { join, clock, server, page } = createWorld()
  const storage = createStorage()
  const session = join({ storage, signal: AbortSignal.abort() })
  session.reconnect()
  clock.advance(10_000)
  expect([phase(session), session.store.getState().status]).toEqual(['ended', 'disconnected'])
  expect([server.dials, storage.texts.size, page.listeners.size]).toEqual([0, 0, 0])
  await expect(session.ready).rejects.toMatchObject({ code: 'closed' })
})

test.each([Number.NaN, new Event('click'), undefined])(
  'loadOlder(%s) loads as many as by itself',
  async (limit) => {
    const { join, clock, room, sent } = createWorld()
    room.history(Array.from({ length: 300 }, (_, n) => ({ text: `${n}` })))
    const session = join()
    const loaded = session.loadOlder(limit as number)
    clock.advance(1_000)
    await loaded
    expect(sent('page').at(-1)?.data).toContain('"limit":50')
    expect(session.getMessages()).toHaveLength(150)
  },
)

test('[W12] a page that comes too soon is asked for again; a refusal that comes late is no send’s', async () => {
  const { join, clock, server, room, sent } = createWorld()
  room.history(Array.from({ length: 200 }, (_, n) => ({ text: `${n}` })))
  let refuse = true
  const WebSocket = altered(server.WebSocket, (data) => {
    const page = [JSON.parse(data)].flat().find(({ type }) => type === 'page')
    if (!page || !refuse) return data
    refuse = false
    const refusal = { type: 'error', code: 'rate_limited', message: '', fatal: false }
    const late = { ...refusal, ref: 'of-another-page' }
    return JSON.stringify([{ ...refusal, ref: page.ref, waitMs: 700 }, late])
  })
  const session = join({ WebSocket })
  const loaded = session.loadOlder()
  clock.advance(600)
  expect([sent('page').length, session.store.getState().history.phase]).toEqual([1, 'loading'])
  clock.advance(1_000)
  await loaded
  expect([sent('page').length, sent('hello').length]).toEqual([2, 1])
  expect(session.getMessages()).toHaveLength(150)
})

test('a name is asked once an attempt, whatever is said; one that is not told fails the attempt, not the line', () => {
  const { join, clock, room } = createWorld()
  const names = [() => 'Ada', () => JSON.parse('{'), () => undefined, () => 'Ada L.']
  const ask = vi.fn(() => names.shift()?.() as string)
  const session = join({ name: ask })
  for (const word of ['one', 'two']) session.send(word)
  room.post('three')
  clock.advance(100)
  expect(ask).toHaveBeenCalledTimes(1)
  session.reconnect()
  expect(session.store.getState().connection).toMatchObject({
    phase: 'waiting',
    close: { reason: expect.stringMatching(/^name\(\) gave no text/) },
  })
  session.send('four')
  clock.advance(20_000)
  expect(ask).toHaveBeenCalledTimes(4)
  expect(session.store.getState().you?.user.name).toBe('Ada L.')
  expect(texts(session).toSorted()).toEqual(['four', 'one', 'three', 'two'])
})

test('a name that is asked anew is told by the next dial, and the rows stay', () => {
  const { join, clock, room } = createWorld()
  let name = 'Ada'
  const session = join({ name: () => name })
  session.send('said before')
  clock.advance(100)
  name = 'Ada L.'
  const fewest = vi.fn(() => session.store.getState().keys.length)
  session.store.subscribe(fewest)
  session.reconnect()
  clock.advance(100)
  expect(session.store.getState().you?.user.name).toBe('Ada L.')
  expect(fewest.mock.results.every(({ value }) => value === 1)).toBe(true)
  session.send('said after')
  clock.advance(100)
  expect(room.messages.map(({ author }) => author.name)).toEqual(['Ada', 'Ada L.'])
})
