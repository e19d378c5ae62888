/**
 * A whole session server in memory that speaks the real protocol over a fake WebSocket.
 *
 * The same object drives unit tests (with a manual clock and a seed: every run is the
 * same run), stories and the tests of whoever uses the kit. Opens no socket, sets no
 * timer but on its clock, stores nothing outside itself.
 */

import {
  CLOSE,
  DEFAULT_LIMITS,
  isSessionId,
  type Limits,
  type Message,
  type NackCode,
} from '../protocol/index.ts'
import { type Clock, systemClock } from '../socket/Clock.ts'
import { createFakeNetwork, type FakeNetwork } from './createFakeNetwork.ts'
import { createFakeSession, type FakeSession } from './createFakeSession.ts'
import { admitTicket, createFakeTicket, type FakeTicketClaims } from './createFakeTicket.ts'
import { createSeed } from './createSeed.ts'
import { FakeRoom, type FakeRoomOptions } from './FakeRoom.ts'
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
  /**
   * Who answers; `() => null` for silence, null for a session without an agent. By default
   * every message gets a short answer.
   */
  agent?: FakeAgent | null
  /** Who may come in, from the URL: guests, and who has a ticket of `ticket()`, unless given. */
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
  /** A ticket for this server: what a `ticket` provider returns. Expires as a real one does. */
  ticket(claims: FakeTicketClaims): string
  /**
   * Refuse the next send (or `again`) that is no resend, with this code. Piles up. Whether it is
   * `retryable` depends on the code unless given; `busy` is, where too many turns wait.
   */
  nackNext(code: NackCode, options?: { count?: number; waitMs?: number; retryable?: boolean }): void
  /**
   * The process dies and another starts after `downMs` (0): sockets are cut, streaming
   * answers become `interrupted` with the text that was stored, waiting turns run (W8). Where
   * another restart is under way it is up again when both are over.
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
/** After which a client that found the session full may come again. */
const FULL_WAIT_MS = 30_000

export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  const clock = options.clock ?? systemClock
  const random = createSeed(options.seed ?? 1)
  const agentFaults: FakeAgentFaults = { tokensPerSecond: undefined, failures: 0 }
  const nacks: FakeNack[] = []
  const bornAtMs = clock.now()
  const { startedAtMs = STARTED_AT_MS } = options
  const wallMs = () => Math.round(startedAtMs + clock.now() - bornAtMs)
  const rooms = createRooms(options, { clock, random, wallMs, agentFaults, nacks })
  const listeners = new Set<(event: FrameEvent) => void>()
  const networks: FakeNetwork[] = []
  /** restarts that aren't over */
  let downs = 0

  function admit(url: URL, session: string): Admission {
    if (options.admit) return options.admit(url)
    const ticket = url.searchParams.get('ticket')
    return ticket === null ? guestOf(url, random) : admitTicket(ticket, session, wallMs())
  }

  function accept(line: FakeLine): FakeReceiver | undefined {
    const id = /\/sessions\/([^/]+)\/websocket$/.exec(line.url.pathname)?.[1]
    if (downs > 0 || !isSessionId(id)) return undefined
    let admission = admit(line.url, id)
    if ('user' in admission) {
      const { room } = rooms.open(id)
      if (!room.isFull) return room.enter(line, admission)
      admission = { close: CLOSE.overloaded, reason: `full;${FULL_WAIT_MS}` }
    }
    const { close, reason } = admission
    // A browser hides why an upgrade failed, so the socket opens and is closed at once.
    clock.setTimeout(() => line.close(close, reason), 0)
    return { receive: ignore, ended: ignore }
  }

  function network(): FakeNetwork {
    const onFrame = (event: FrameEvent) => {
      for (const listener of listeners) listener(event)
    }
    const created = createFakeNetwork({ clock, random, accept, onFrame })
    networks.push(created)
    return created
  }

  const controls: Omit<FakeServer, keyof FakeNetwork> = {
    session: (id) => rooms.open(id).session,
    network,
    ticket: (claims) => createFakeTicket(claims, wallMs()),
    nackNext(code, { count = 1, ...more } = {}) {
      for (let i = 0; i < count; i++) nacks.push({ code, ...more })
    },
    restart(downMs = 0) {
      downs += 1
      for (const room of rooms.all()) room.turns.halt()
      for (const one of networks) one.drop()
      // Left are those who have no socket.
      for (const { presence } of rooms.all()) presence.leave(...presence.connsOf())
      clock.setTimeout(() => {
        downs -= 1
        if (downs > 0) return
        for (const room of rooms.all()) room.turns.wake()
      }, downMs)
    },
    slowStream(tokensPerSecond) {
      agentFaults.tokensPerSecond = tokensPerSecond === false ? undefined : tokensPerSecond
    },
    failingStream(count = 1) {
      agentFaults.failures = count
    },
    onFrame(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return Object.assign(network(), controls)
}

type Shared = Pick<FakeRoomOptions, 'clock' | 'wallMs' | 'agentFaults' | 'nacks'> & {
  random: () => number
}

function createRooms(options: FakeServerOptions, { random, ...shared }: Shared) {
  const { agent = answerShortly } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const rooms = new Map<string, { room: FakeRoom; session: FakeSession }>()
  return {
    all: () => [...rooms.values()].map(({ room }) => room),
    open(id: string) {
      const known = rooms.get(id)
      if (known) return known
      if (!isSessionId(id))
        throw new TypeError(
          `session-kit: ${JSON.stringify(id)} is no session id; use 1 to 64 of A-Z a-z 0-9 _ -`,
        )
      const room = new FakeRoom({
        ...shared,
        id,
        limits,
        agent,
        createId: () => createName(random, ID_LENGTH),
      })
      const opened = { room, session: createFakeSession(id, room) }
      rooms.set(id, opened)
      return opened
    },
  }
}

const ignore = () => {}

function answerShortly(message: Message): string {
  const text = message.parts
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join(' ')
    .trim()
  return text === '' ? 'Thank you, I have got it.' : `You said: “${text}”. Is there more to it?`
}
