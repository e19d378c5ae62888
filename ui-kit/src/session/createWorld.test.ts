/** The world of the session's tests: a clock, the fake server, a page, and people who join. */

import { expect, test } from 'vitest'
import { createLocks } from '../../test/createLocks.ts'
import type { NetworkEvent } from '../socket/networkSignals.ts'
import type { WebSocketClass } from '../socket/WebSocketLike.ts'
import { createFakeServer, type FakeServerOptions } from '../testing/createFakeServer.ts'
import { createManualClock } from '../testing/createManualClock.ts'
import { createSeed } from '../testing/createSeed.ts'
import { createSession } from './createSession.ts'
import type { KeepStorage } from './keep.ts'
import type { FeedMessage, Session } from './Session.ts'
import type { SessionOptions } from './SessionOptions.ts'

export function createStorage(): KeepStorage & { texts: Map<string, string> } {
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

/** Each page has an object of its own for the storage that all share; what is full takes nothing. */
function pageStorage(storage: KeepStorage, isFull: () => boolean): KeepStorage {
  return {
    get length() {
      return storage.length
    },
    key: (index) => storage.key(index),
    getItem: (key) => storage.getItem(key),
    setItem(key, text) {
      if (isFull()) throw new DOMException('no room', 'QuotaExceededError')
      storage.setItem(key, text)
    },
    removeItem: (key) => storage.removeItem(key),
  }
}

function createIds(seed: number) {
  const random = createSeed(seed)
  const letter = () => Math.floor(random() * 36).toString(36)
  return () => Array.from({ length: 22 }, letter).join('')
}

let seed = 1
export function createWorld(options: FakeServerOptions = {}) {
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

/** Grants and releases of locks take a few turns. */
export const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

/** Several tabs on one storage, kept apart by locks where the browser has them. */
export function openBrowser(hasLocks = true) {
  const world = createWorld()
  const storage = createStorage()
  const browser = createLocks()
  async function open(more: Partial<SessionOptions> = {}, wire = world.server.network()) {
    const listeners = new Set<(event: NetworkEvent) => void>()
    const page = {}
    let isFull = false
    const session = world.join({
      storage: pageStorage(storage, () => isFull),
      ...(hasLocks && { locks: browser.of(page) }),
      WebSocket: wire.WebSocket,
      network: {
        isOnline: () => true,
        isVisible: () => true,
        subscribe(listener) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      ...more,
    })
    await settle()
    const hearers = () => {
      const now = [...listeners]
      return (event: NetworkEvent) => {
        for (const listener of now) listener(event)
      }
    }
    return {
      session,
      wire,
      /** Its storage takes nothing more, or something again. */
      fill(isFullNow = true) {
        isFull = isFullNow
      },
      async hear(event: NetworkEvent) {
        hearers()(event)
        await settle()
      },
      /** As `hear`, to those who listen now: a signal may be on its way to one who left. */
      late: hearers,
      /** The process is gone: no socket, no lock, no goodbye. */
      async crash() {
        wire.offline(true)
        browser.letGo(page)
        await settle()
      },
    }
  }
  return {
    ...world,
    storage,
    locks: browser.of({}),
    names: browser.names,
    waiting: () => browser.count - browser.names().length,
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 10_000) {
        world.clock.advance(Math.min(left, 10_000))
        await settle()
      }
    },
    open,
    /** A page without network. */
    async openOffline(more: Partial<SessionOptions> = {}) {
      const wire = world.server.network()
      wire.offline(true)
      return open(more, wire)
    },
  }
}

/** A browser that people share: Ada has a ticket; the other one is a guest. */
export function openShared(hasLocks = true) {
  const browser = openBrowser(hasLocks)
  const as = (sub: string) => ({ ticket: () => browser.server.ticket({ sub, name: sub }) })
  return {
    ...browser,
    as,
    ada: as('ada'),
    authors: () =>
      browser.room.messages.map(({ author }) => (author.id === 'ada' ? 'ada' : 'a guest')),
  }
}

/** A network that changes what the server says. */
export function altered(Inner: WebSocketClass, change: (data: string) => string): WebSocketClass {
  return class extends Inner {
    override addEventListener(type: never, listener: (event: never) => void) {
      super.addEventListener(type, ((event: { data?: string }) =>
        listener(
          (event.data === undefined ? event : { data: change(event.data) }) as never,
        )) as never)
    }
  }
}

export const text = ({ parts }: Pick<FeedMessage, 'parts'>) =>
  parts.map((part) => ('text' in part ? part.text : part.type)).join('')
export const texts = (session: Session) => session.getMessages().map(text)
export const rows = (session: Session) =>
  session.getMessages().map((row) => `${text(row)} ${row.delivery}`)
export const phase = (session: Session) => session.store.getState().connection.phase

test('two worlds of the same kind run alike', () => {
  const run = () => {
    const { join, clock, server, frames } = createWorld()
    const session = join({ random: createSeed(1), createId: createIds(2) })
    session.send('hello')
    clock.advance(1_000)
    server.drop()
    clock.advance(5_000)
    return frames
  }
  expect(run()).toEqual(run())
})
