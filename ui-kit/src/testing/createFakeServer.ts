/**
 * A whole session server in memory that speaks the real protocol over a fake WebSocket.
 *
 * The same object drives unit tests (with a manual clock and a seed: every run is the
 * same run), stories and the tests of whoever uses the kit. Opens no socket, sets no
 * timer but on its clock, stores nothing outside itself.
 */

import {
  DEFAULT_LIMITS,
  isSessionId,
  type Limits,
  type Message,
  type NackCode,
} from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import { createFakeNetwork, type FakeNetwork } from './createFakeNetwork.ts'
import { createFakeSession, type FakeSession } from './createFakeSession.ts'
import { createSeed } from './createSeed.ts'
import { FakeRoom } from './FakeRoom.ts'
import type { FakeNack } from './FakeSends.ts'
import type { FakeAgent, FakeAgentFaults } from './FakeTurns.ts'
import type { FakeLine, FakeReceiver, FrameEvent } from './FakeWire.ts'
import { type Admission, createName, guestOf } from './guestOf.ts'

export interface FakeServerOptions {
  /** Chance of delays, order and ids; the same seed repeats them (1). */
  seed?: number
  /** Time of everything here: the platform's unless given; `createManualClock()` in tests. */
  clock?: Clock
  /** Single limits other than the protocol's. */
  limits?: Partial<Limits>
  /** Who answers; `() => null` for nobody. By default every message gets a short answer. */
  agent?: FakeAgent
  /** Who may come in, from the URL: guests unless given. Tickets and roles are tested with this. */
  admit?: (url: URL) => Admission
  /** ms since 1970 at the start; `createdAt` counts from there, so that pictures stay the same. */
  startedAtMs?: number
}

/** The server; as a `FakeNetwork` it is the network of its first device. */
export interface FakeServer extends FakeNetwork {
  /** The session with this id; it is made when it is first asked for. */
  session(id: string): FakeSession
  /** Another device: a WebSocket class and faults of its own on the way to this server. */
  network(): FakeNetwork
  /** Refuse the next send (or `again`) that is no resend, with this code. Piles up. */
  nackNext(code: NackCode, options?: { count?: number; waitMs?: number }): void
  /**
   * The process dies and another starts after `downMs` (0): sockets are cut, streaming
   * answers become `interrupted` with the text that was stored, waiting turns run (W8).
   */
  restart(downMs?: number): void
  /** Every answer streams at this speed, in tokens a second; `false` ends it. */
  slowStream(tokensPerSecond: number | false): void
  /** The next `count` (1) answers break off halfway. */
  failingStream(count?: number): void
  /** Watch the wire of all devices. Returns the way to stop. */
  onFrame(listener: (event: FrameEvent) => void): () => void
}

/** Noon, on a day without meaning. */
const STARTED_AT_MS = Date.UTC(2026, 0, 5, 12)
const ID_LENGTH = 16

export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  const clock = options.clock ?? createSystemClock()
  const random = createSeed(options.seed ?? 1)
  const admit = options.admit ?? ((url) => guestOf(url, random))
  const startedAtMs = options.startedAtMs ?? STARTED_AT_MS
  const bornAtMs = clock.now()
  const agentFaults: FakeAgentFaults = { tokensPerSecond: undefined, failures: 0 }
  const nacks: FakeNack[] = []
  const rooms = new Map<string, { room: FakeRoom; session: FakeSession }>()
  const listeners = new Set<(event: FrameEvent) => void>()
  let isDown = false

  function open(id: string): { room: FakeRoom; session: FakeSession } {
    const known = rooms.get(id)
    if (known) return known
    if (!isSessionId(id))
      throw new TypeError(`session-kit: ${id} is no session id: 1 to 64 of A-Z a-z 0-9 _ -`)
    const room = new FakeRoom({
      id,
      clock,
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      agent: options.agent ?? answerShortly,
      createId: () => createName(random, ID_LENGTH),
      wallMs: () => Math.round(startedAtMs + clock.now() - bornAtMs),
      agentFaults,
      nacks,
    })
    const opened = { room, session: createFakeSession(id, room) }
    rooms.set(id, opened)
    return opened
  }

  function accept(line: FakeLine): FakeReceiver | undefined {
    const id = /^.*\/sessions\/([^/]+)\/websocket$/.exec(line.url.pathname)?.[1]
    if (isDown || !isSessionId(id)) return undefined
    const admission = admit(line.url)
    if ('user' in admission)
      return open(id).room.enter(line, admission.user, admission.role ?? 'member')
    // A browser hides why an upgrade failed, so the socket opens and is closed at once.
    clock.setTimeout(() => line.close(admission.close, admission.reason), 0)
    return { receive() {}, ended() {} }
  }

  const networks: FakeNetwork[] = []
  function network(): FakeNetwork {
    const created = createFakeNetwork({
      clock,
      random,
      accept,
      onFrame: (event) => {
        for (const listener of listeners) listener(event)
      },
    })
    networks.push(created)
    return created
  }

  function restart(downMs = 0): void {
    isDown = true
    for (const { room } of rooms.values()) room.turns.halt()
    for (const one of networks) one.drop()
    clock.setTimeout(() => {
      isDown = false
      for (const { room } of rooms.values()) room.turns.wake()
    }, downMs)
  }

  return Object.assign(network(), {
    session: (id: string) => open(id).session,
    network,
    nackNext(code: NackCode, { count = 1, waitMs }: { count?: number; waitMs?: number } = {}) {
      for (let i = 0; i < count; i++) nacks.push({ code, ...(waitMs !== undefined && { waitMs }) })
    },
    restart,
    slowStream(tokensPerSecond: number | false) {
      agentFaults.tokensPerSecond = tokensPerSecond === false ? undefined : tokensPerSecond
    },
    failingStream(count = 1) {
      agentFaults.failures = count
    },
    onFrame(listener: (event: FrameEvent) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  })
}

function answerShortly(message: Message): string {
  const text = message.parts
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join(' ')
    .trim()
  return text === '' ? 'Thank you, I have got it.' : `You said: “${text}”. Is there more to it?`
}

function createSystemClock(): Clock {
  return {
    now: () => performance.now(),
    setTimeout: (run, delayMs) => setTimeout(run, delayMs),
    clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
  }
}
