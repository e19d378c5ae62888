/**
 * One session of the fake server: takes what its connections say and answers by the
 * protocol's rules (W2 to W12), in memory.
 *
 * The log, the turns and the presence have files of their own; this one knows the
 * connections. What it stores it stores in the same turn as it answers, so there is
 * nothing to flush.
 */

import {
  CLOSE,
  type ClientFrame,
  type Decoded,
  decodeClientFrame,
  type ErrorCode,
  HELLO_COST,
  type HelloFrame,
  type Limits,
  type PageRequestFrame,
  PROTOCOL_VERSION,
  packBytes,
  pageBytes,
  type Role,
  type ServerFrame,
} from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import { FakeGate } from './FakeGate.ts'
import { FakeLog } from './FakeLog.ts'
import { type FakeMember, isBehind, tell } from './FakeMember.ts'
import { FakePresence } from './FakePresence.ts'
import { type FakeNack, FakeSends } from './FakeSends.ts'
import { type FakeAgent, type FakeAgentFaults, FakeTurns } from './FakeTurns.ts'
import { type FakeLine, type FakeReceiver, sizeOf } from './FakeWire.ts'
import { splitMessages } from './splitMessages.ts'

/** Who comes in, and until when. */
export type Entrant = Pick<FakeMember, 'user' | 'expiresAtMs'> & { role?: Role }

export interface FakeRoomOptions {
  id: string
  clock: Clock
  limits: Limits
  agent: FakeAgent | null
  createId(): string
  /** ms since 1970, for `createdAt` */
  wallMs(): number
  agentFaults: FakeAgentFaults
  /** refusals that a test has ordered for the sends to come; shared by all rooms */
  nacks: FakeNack[]
}

const BEHIND_WAIT_MS = 1_000
/** Room for the fields of a frame around its messages. */
const FRAME_MARGIN = 1024

export class FakeRoom {
  readonly log: FakeLog
  readonly turns: FakeTurns
  readonly presence: FakePresence
  readonly limits: Limits
  readonly #options: FakeRoomOptions
  readonly #sends: FakeSends
  /** every connection, also those that never said hello */
  readonly #members = new Map<string, FakeMember>()

  constructor(options: FakeRoomOptions) {
    const { agent, agentFaults, clock, createId, limits, nacks, wallMs } = options
    const broadcast = (frame: ServerFrame) => this.broadcast(frame)
    this.#options = options
    this.limits = limits
    this.log = new FakeLog(createId, wallMs)
    this.presence = new FakePresence({
      clock,
      most: limits.peers,
      tell: (conn, frame) => this.#tell(conn, frame),
    })
    const { log } = this
    this.turns = new FakeTurns({ clock, log, agent, faults: agentFaults, broadcast })
    this.#sends = new FakeSends({ limits, log, turns: this.turns, nacks, broadcast })
  }

  get isFull(): boolean {
    return this.presence.connections >= this.#options.limits.connections
  }

  enter(line: FakeLine, { role = 'member', ...who }: Entrant): FakeReceiver {
    const { clock, createId, limits } = this.#options
    const gate = new FakeGate(limits, clock.now())
    const member: FakeMember = { conn: createId(), role, ...who, line, gate }
    this.#members.set(member.conn, member)
    this.presence.enter(member.conn, member.user)
    return {
      receive: (data) => this.#receive(member, data),
      ended: () => {
        this.#members.delete(member.conn)
        this.presence.leave(member.conn)
      },
    }
  }

  /** To everybody who said hello. */
  broadcast(frame: ServerFrame): void {
    const text = JSON.stringify(frame)
    for (const member of [...this.#members.values()])
      if (member.isJoined && this.#isWelcome(member)) tell(member, frame, text)
  }

  /** To everybody, raw connections included. */
  echo(data: unknown, from: string): void {
    const frame: ServerFrame = { type: 'echo', data, from }
    for (const member of [...this.#members.values()])
      if (this.#isWelcome(member)) tell(member, frame)
  }

  /** What is neither stored nor kept with a socket is forgotten. False: an answer keeps it awake. */
  sleep(): boolean {
    if (this.turns.isBusy) return false
    for (const { gate } of this.#members.values()) gate.forget(this.#options.clock.now())
    return true
  }

  /** Closes the connections of this user, or all; made-up people go, too. @returns how many */
  closeAll(code: number, reason: string, userId?: string): number {
    const conns = this.presence.connsOf(userId)
    this.presence.leave(...conns)
    for (const conn of conns) this.#members.get(conn)?.line.close(code, reason)
    return conns.length
  }

  /** A ticket that has expired ends its connection at the next frame, either way (W16). */
  #isWelcome({ expiresAtMs, line }: FakeMember): boolean {
    if (expiresAtMs === undefined || expiresAtMs > this.#options.wallMs()) return true
    line.close(CLOSE.unauthorized, 'expired')
    return false
  }

  #tell(conn: string, frame: ServerFrame): void {
    const member = this.#members.get(conn)
    if (member && this.#isWelcome(member)) tell(member, frame)
  }

  #receive(member: FakeMember, data: unknown): void {
    if (!this.#isWelcome(member)) return
    const { clock, limits } = this.#options
    if (sizeOf(data) > limits.frameBytes) {
      const message = `a frame has at most ${limits.frameBytes} bytes`
      this.#err(member, 'too_large', message, undefined, { fatal: true })
      member.line.close(CLOSE.tooLarge, 'too_large')
      return
    }
    const decoded = decodeClientFrame(data)
    const isHello = decoded.kind === 'frame' && decoded.frame.type === 'hello'
    const waitMs = member.gate.take(isHello ? HELLO_COST : 1, clock.now())
    if (waitMs > 0) this.#refuse(member, decoded, waitMs)
    else if (decoded.kind === 'raw') this.echo(decoded.value, member.conn)
    else if (decoded.kind === 'bad') this.#complain(member, decoded)
    else this.#take(member, decoded.frame)
  }

  #take(member: FakeMember, frame: ClientFrame): void {
    if (frame.type === 'hello') this.#hello(member, frame)
    else if (frame.type === 'ping') tell(member, { type: 'pong' })
    else if (!member.isJoined)
      this.#err(member, 'hello_required', `say hello before ${frame.type}`, refOf(frame))
    else if (frame.type === 'send') this.#sends.send(member, frame)
    else if (frame.type === 'again') this.#sends.again(member, frame)
    else if (frame.type === 'cancel') this.#cancel(member, frame.id)
    else if (frame.type === 'page') this.#page(member, frame)
    else this.presence.setState(member.conn, frame.state)
  }

  #hello(member: FakeMember, frame: HelloFrame): void {
    if (frame.v !== PROTOCOL_VERSION) {
      member.line.close(CLOSE.version, 'version')
      return
    }
    if (isBehind(member)) {
      this.#behind(member)
      return
    }
    const { id, limits } = this.#options
    const { conn, line, role, user } = member
    line.batchBytes = frame.batch === true ? packBytes(limits) : 0
    delete member.blockedBy
    this.presence.join({ conn, user, state: {} })
    member.isJoined = true
    tell(member, {
      type: 'welcome',
      v: PROTOCOL_VERSION,
      session: id,
      you: { conn, user, role },
      epoch: this.log.epoch,
      head: this.log.head,
      limits,
      peers: this.presence.others(conn),
      connections: this.presence.connections,
      status: this.turns.status,
    })
    const { messages, mode, hasOlder } = this.log.catchUp(limits, frame.epoch, frame.cursor)
    const { epoch, head: to } = this.log
    const pages = splitMessages(messages, packBytes(limits) - FRAME_MARGIN)
    for (const [index, page] of pages.entries()) {
      const more = index < pages.length - 1
      tell(member, { type: 'sync', mode, epoch, to, messages: page, hasOlder, more })
    }
    this.presence.greet(conn)
  }

  #cancel(member: FakeMember, id: string): void {
    if (member.role === 'viewer') this.#err(member, 'forbidden', 'a viewer can only read', id)
    else if (!this.log.get(id))
      this.#err(member, 'not_found', 'there is no message with this id', id)
    else this.turns.cancel(id)
  }

  #page(member: FakeMember, { before, limit, ref }: PageRequestFrame): void {
    const bytes = pageBytes(this.#options.limits)
    if (isBehind(member)) this.#behind(member, ref)
    else tell(member, { type: 'page', ref, ...this.log.page(before, limit, bytes) })
  }

  /** It asks for more than it reads (W13). */
  #behind(member: FakeMember, ref?: string): void {
    this.#err(member, 'rate_limited', 'read what was sent first', ref, { waitMs: BEHIND_WAIT_MS })
  }

  #complain(member: FakeMember, { field, message, ref }: Decoded & { kind: 'bad' }): void {
    const isLast = member.gate.bad(this.#options.clock.now())
    this.#err(member, 'bad_frame', `${field || 'frame'}: ${message}`, ref, { fatal: isLast })
    if (isLast) member.line.close(CLOSE.badFrames, 'bad_frame')
  }

  #refuse(member: FakeMember, decoded: Decoded, waitMs: number): void {
    if (member.gate.refused(this.#options.clock.now())) {
      member.line.close(CLOSE.flood, `rate_limited;${waitMs}`)
      return
    }
    const frame = decoded.kind === 'frame' ? decoded.frame : undefined
    if (frame?.type === 'send' || frame?.type === 'again')
      this.#sends.limited(member, frame.cid, waitMs)
    else this.#err(member, 'rate_limited', 'too many frames', frame && refOf(frame), { waitMs })
  }

  #err(
    member: FakeMember,
    code: ErrorCode,
    message: string,
    ref?: string,
    more: { fatal?: boolean; waitMs?: number } = {},
  ): void {
    const frame = { type: 'error', code, message, fatal: false, ...more } as const
    tell(member, ref === undefined ? frame : { ...frame, ref })
  }
}

function refOf(frame: ClientFrame): string | undefined {
  if ('cid' in frame) return frame.cid
  if ('ref' in frame) return frame.ref
  return 'id' in frame ? frame.id : undefined
}
