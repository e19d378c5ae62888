/**
 * The rules of a session: what a connection said becomes work, and the work frames.
 *
 * A frame is judged when it comes and acted on in the next flush, in order
 * (W1, W5, W10 to W12, W14, W16). Knows no Cloudflare type and keeps no truth of
 * its own: that lies in the log and in the attachments.
 */

import {
  type AgentStatus,
  CLOSE,
  type ClientFrame,
  decodeClientFrame,
  type ErrorCode,
  type ErrorFrame,
  HELLO_COST,
  type HelloFrame,
  type Limits,
  PONG,
  PROTOCOL_VERSION,
  utf8Length,
} from '@session-kit/ui-kit/protocol'
import { Allowance } from './Allowance.ts'
import type { Connection } from './Connection.ts'
import { catchUp } from './catchUp.ts'
import { closeAnswer } from './closeAnswer.ts'
import { Flush } from './Flush.ts'
import type { Host } from './Host.ts'
import type { MessageLog, Span } from './MessageLog.ts'
import type { Outgoing } from './Outgoing.ts'
import { Presence } from './Presence.ts'
import { type Author, type Refusal, type Said, type Saying, say } from './say.ts'
import type { Respond } from './Turn.ts'
import { Turns } from './Turns.ts'

const BAD_FRAMES = 10
const BAD_FRAMES_MS = 60_000
/** Authors by HTTP whose allowance is remembered before the full ones are forgotten. */
const MAX_POSTERS = 1_000

interface Parts {
  host: Host
  log: MessageLog
  limits: Limits
  /** undefined: a session without an agent */
  respond: Respond | undefined
}

export interface RoomStatus {
  epoch: string | null
  head: number
  connections: number
  status: AgentStatus
}

export class Room {
  readonly #host: Host
  readonly #log: MessageLog
  readonly #limits: Limits
  readonly #flush: Flush
  readonly #turns: Turns
  readonly #presence: Presence
  readonly #allowances = new WeakMap<Connection, Allowance>()
  readonly #posters = new Map<string, Allowance>()

  constructor({ host, log, limits, respond }: Parts) {
    this.#host = host
    this.#log = log
    this.#limits = limits
    let before = ''
    this.#flush = new Flush(host, {
      begin: () => {
        log.load()
        before = JSON.stringify(this.#turns.status())
      },
      end: (out) => this.#endFlush(out, before),
      mark: () => {
        const { meta } = log
        return () => {
          log.meta = meta
        }
      },
      deliver: (out) =>
        out.deliver(host.connections(), host.now(), limits.serverFrameBytes, this.#drop),
      broken: () => {
        for (const connection of host.connections())
          this.#drop(connection, CLOSE.internalError, 'internal')
      },
    })
    const { flush } = { flush: this.#flush }
    this.#turns = new Turns({ host, log, flush, respond, messageBytes: limits.messageBytes })
    this.#presence = new Presence(host, flush, limits.peers)
  }

  // ------------------------------------------------------------------ sockets

  receive(connection: Connection, data: string | ArrayBuffer) {
    if (connection.kept.phase === 'closed') return
    this.#turns.recover()
    const nowMs = this.#host.now()
    const { expiresAtMs } = connection.kept
    if (expiresAtMs !== undefined && expiresAtMs <= nowMs)
      return this.#drop(connection, CLOSE.unauthorized, 'expired')
    if (this.#isTooLong(data)) {
      const message = `a frame has at most ${this.#limits.frameBytes} bytes`
      return this.#last(connection, CLOSE.tooLarge, { code: 'too_large', message })
    }
    const decoded = decodeClientFrame(data)
    const isHello = decoded.kind === 'frame' && decoded.frame.type === 'hello'
    const waitMs = this.#allowance(connection).take(isHello ? HELLO_COST : 1, nowMs)
    const frame = decoded.kind === 'frame' ? decoded.frame : undefined
    if (waitMs > 0) this.#tooFast(connection, frame, waitMs)
    else if (decoded.kind === 'bad')
      this.#bad(connection, `${decoded.field || 'frame'}: ${decoded.message}`, decoded.ref)
    else if (frame) this.#take(connection, frame)
    else {
      // The text was JSON when it came, so it needs no second encoding.
      const echo = `{"type":"echo","data":${data},"from":"${connection.kept.id}"}`
      this.#flush.soon({ run: (out) => out.toAll(echo) })
    }
  }

  /** The client closed, or its line broke: whatever it said before is stored first (W14). */
  closed(connection: Connection, code: number, reason: string) {
    this.#turns.recover()
    this.#flush.now()
    const answer = closeAnswer(code)
    if (answer === undefined) this.#leave(connection)
    else this.#drop(connection, answer, reason)
    this.#flush.now()
  }

  alarm(): void {
    this.#turns.guard()
  }

  // ------------------------------------------------------------------ requests

  /** Longest body of a POST: a message and what surrounds it. */
  get bodyBytes(): number {
    return this.#limits.messageBytes + 1_024
  }

  post(author: Author, session: string, saying: Saying, poster: string): Said {
    const waitMs = this.#poster(poster).take(1, this.#host.now())
    if (waitMs > 0) return tooFast(waitMs)
    let said: Said = STORAGE
    this.#turns.recover()
    this.#flush.add({
      run: (out) => {
        this.#log.create(session, this.#host.newId())
        const result = this.#say(author, saying, out)
        out.after(() => {
          said = result
        })
      },
      failed: () => {},
    })
    this.#flush.now()
    return said
  }

  page(before: number, limit: number): { epoch: string | null; head: number } & Span {
    const meta = this.#read()
    if (!meta) return { epoch: null, head: 0, messages: [], hasOlder: false }
    const { epoch, head } = meta
    return { epoch, head, ...this.#log.page(before, limit, this.#pageBytes()) }
  }

  status(): RoomStatus {
    const meta = this.#read()
    return {
      epoch: meta?.epoch ?? null,
      head: meta?.head ?? 0,
      connections: this.#presence.connections(),
      status: this.#turns.status(),
    }
  }

  /** The storage is being emptied: ends the turn and sends everybody away. */
  wiped(): void {
    this.#turns.forget()
    this.#log.forget()
    for (const connection of this.#host.connections())
      this.#drop(connection, CLOSE.deleted, 'deleted')
    this.#flush.now()
  }

  // ------------------------------------------------------------------ frames

  #take(connection: Connection, frame: ClientFrame) {
    if (frame.type === 'ping') return this.#flush.soon({ run: (out) => out.to(connection, PONG) })
    if (frame.type === 'hello') return this.#hello(connection, frame)
    if (connection.kept.phase === 'raw') {
      const message = `say hello before ${frame.type}`
      return this.#tell(connection, { code: 'hello_required', message, ...refOf(frame) })
    }
    const failed = (out: Outgoing) =>
      out.to(connection, error({ code: 'storage', message: STORAGE.message, ...refOf(frame) }))
    switch (frame.type) {
      case 'send':
        return this.#soonSay(connection, { ...omitType(frame) })
      case 'again':
        return this.#soonSay(connection, { cid: frame.cid, again: frame.id })
      case 'cancel':
        return this.#flush.soon({ run: (out) => this.#cancel(connection, frame.id, out), failed })
      case 'page': {
        const run = (out: Outgoing) => {
          const { messages, hasOlder } = this.#log.page(
            frame.before,
            frame.limit,
            this.#pageBytes(),
          )
          const list = messages.map((message) => message.json).join(',')
          const ref = JSON.stringify(frame.ref)
          out.to(
            connection,
            `{"type":"page","ref":${ref},"messages":[${list}],"hasOlder":${hasOlder}}`,
          )
        }
        return this.#flush.soon({ run, failed })
      }
      case 'presence':
        connection.keep({ state: frame.state })
        return this.#flush.soon({ run: (out) => this.#presence.tell('state', connection, out) })
    }
  }

  /** Reading what was missed, sending it and going live: one turn, with nothing in between (W4). */
  #hello(connection: Connection, hello: HelloFrame) {
    if (hello.v !== PROTOCOL_VERSION) return this.#drop(connection, CLOSE.version, 'version')
    this.#flush.now()
    this.#flush.add({
      run: (out) => {
        const { id, session, user, role, phase } = connection.kept
        const meta = this.#log.create(session, this.#host.newId())
        const peers = this.#presence.peers(connection)
        const connections = this.#presence.connections()
        if (phase === 'raw') this.#presence.join(connection)
        connection.keep({ phase: 'live', batch: hello.batch ?? false, awaiting: undefined })
        out.to(connection, {
          type: 'welcome',
          v: PROTOCOL_VERSION,
          session,
          you: { conn: id, user, role },
          epoch: meta.epoch,
          head: meta.head,
          limits: this.#limits,
          peers,
          connections,
          status: this.#turns.status(),
        })
        for (const sync of catchUp(this.#log, meta, hello, this.#limits)) out.to(connection, sync)
        if (phase === 'raw') this.#presence.tell('join', connection, out)
      },
      failed: (out) => out.after(() => this.#drop(connection, CLOSE.internalError, 'storage')),
    })
    this.#flush.now()
  }

  #soonSay(connection: Connection, saying: Saying) {
    const { cid } = saying
    this.#flush.soon({
      run: (out) => {
        const { awaiting } = connection.kept
        const isEarly = awaiting !== undefined && awaiting !== cid
        const said = isEarly ? ORDER : this.#say(connection.kept, saying, out)
        this.#answer(connection, cid, said, out)
      },
      failed: (out) => this.#answer(connection, cid, STORAGE, out),
    })
  }

  #say(author: Author, saying: Saying, out: Outgoing): Said {
    const context = {
      log: this.#log,
      limits: this.#limits,
      hasAgent: this.#turns.hasAgent,
      nowMs: this.#host.now(),
    }
    const said = say(context, author, saying)
    if (said.ok && said.message) out.toLive({ type: 'msg', seq: said.seq, message: said.message })
    return said
  }

  /** After a retryable refusal later sends wait until the refused one has come again (W12). */
  #answer(connection: Connection, cid: string, said: Said, out: Outgoing) {
    const { awaiting } = connection.kept
    if (said.ok) {
      const { id, seq, dup } = said
      out.to(connection, { type: 'ack', cid, id, seq, dup })
    } else {
      const { code, message, retryable, waitMs } = said
      const wait = waitMs === undefined ? {} : { waitMs }
      out.to(connection, { type: 'nack', cid, code, message, retryable, ...wait })
      if (retryable && awaiting === undefined) return connection.keep({ awaiting: cid })
      if (retryable) return
    }
    if (awaiting === cid) connection.keep({ awaiting: undefined })
  }

  #cancel(connection: Connection, id: string, out: Outgoing) {
    if (connection.kept.role === 'viewer') {
      const message = 'a viewer reads and does not cancel'
      return out.to(connection, error({ code: 'forbidden', message, ref: id }))
    }
    const pos = this.#log.posOf(id)
    if (pos === undefined) {
      const message = 'there is no message with this id'
      return out.to(connection, error({ code: 'not_found', message, ref: id }))
    }
    this.#turns.cancel(pos, out)
  }

  // ------------------------------------------------------------------ refusals

  #tooFast(connection: Connection, frame: ClientFrame | undefined, waitMs: number) {
    if (this.#allowance(connection).refuse(this.#host.now()))
      return this.#drop(connection, CLOSE.flood, `rate_limited;${waitMs}`)
    if (frame?.type === 'send' || frame?.type === 'again')
      this.#flush.soon({
        run: (out) => this.#answer(connection, frame.cid, tooFast(waitMs), out),
      })
    else {
      const { code, message } = tooFast(waitMs)
      this.#tell(connection, { code: code as ErrorCode, message, waitMs, ...refOf(frame) })
    }
  }

  #bad(connection: Connection, message: string, ref?: string) {
    const nowMs = this.#host.now()
    const recent = connection.kept.badAtMs.filter((atMs) => atMs > nowMs - BAD_FRAMES_MS)
    const problem = { code: 'bad_frame', message, ...(ref !== undefined && { ref }) } as const
    connection.keep({ badAtMs: [...recent, nowMs] })
    if (recent.length + 1 < BAD_FRAMES) this.#tell(connection, problem)
    else this.#last(connection, CLOSE.badFrames, problem)
  }

  #tell(connection: Connection, problem: Problem) {
    this.#flush.soon({ run: (out) => out.to(connection, error(problem)) })
  }

  /** Says why, then closes. */
  #last(connection: Connection, code: number, problem: Problem) {
    this.#flush.add({ run: (out) => out.to(connection, { ...error(problem), fatal: true }) })
    this.#flush.now()
    this.#drop(connection, code, problem.code)
  }

  #drop = (connection: Connection, code: number, reason: string): void => {
    this.#leave(connection)
    connection.close(code, reason)
  }

  #leave(connection: Connection) {
    const { phase } = connection.kept
    if (phase !== 'closed') connection.keep({ phase: 'closed' })
    if (phase === 'live')
      this.#flush.soon({ run: (out) => this.#presence.tell('leave', connection, out) })
  }

  // ------------------------------------------------------------------ inside

  #endFlush(out: Outgoing, before: string) {
    const { meta } = this.#log
    const forget = out.mark()
    try {
      if (meta) this.#host.transaction(() => this.#turns.begin(out))
    } catch (cause) {
      this.#host.report('turn.not_begun', cause)
      forget()
      this.#log.meta = meta
      this.#turns.waitForStorage(out)
    }
    const status = this.#turns.status()
    if (JSON.stringify(status) !== before) out.toLive({ type: 'status', ...status })
    this.#log.save()
  }

  /** Where the log stands, with everything in it that came before. */
  #read() {
    this.#turns.recover()
    this.#flush.now()
    return this.#log.load()
  }

  #isTooLong(data: string | ArrayBuffer): boolean {
    const { frameBytes } = this.#limits
    if (typeof data !== 'string') return data.byteLength > frameBytes
    return (
      data.length > frameBytes || (data.length * 3 > frameBytes && utf8Length(data) > frameBytes)
    )
  }

  #pageBytes(): number {
    return this.#limits.serverFrameBytes - 1_024
  }

  #allowance(connection: Connection): Allowance {
    let allowance = this.#allowances.get(connection)
    if (!allowance) {
      allowance = new Allowance(this.#limits.burst, this.#limits.perSecond, this.#host.now())
      this.#allowances.set(connection, allowance)
    }
    return allowance
  }

  #poster(poster: string): Allowance {
    const nowMs = this.#host.now()
    if (this.#posters.size >= MAX_POSTERS)
      for (const [id, one] of this.#posters) if (one.isFull(nowMs)) this.#posters.delete(id)
    let allowance = this.#posters.get(poster)
    if (!allowance) {
      allowance = new Allowance(this.#limits.burst, this.#limits.perSecond, nowMs)
      this.#posters.set(poster, allowance)
    }
    return allowance
  }
}

type Problem = Pick<ErrorFrame, 'code' | 'message' | 'ref' | 'waitMs'>

const error = (problem: Problem): ErrorFrame => ({ type: 'error', fatal: false, ...problem })

const STORAGE: Refusal = {
  ok: false,
  code: 'storage',
  message: 'it could not be stored',
  retryable: true,
}

const ORDER: Refusal = {
  ok: false,
  code: 'order',
  message: 'an earlier send was refused and has to come again first',
  retryable: true,
}

const tooFast = (waitMs: number): Refusal => ({
  ok: false,
  code: 'rate_limited',
  message: 'too many frames',
  retryable: true,
  waitMs,
})

function refOf(frame: ClientFrame | undefined): { ref?: string } {
  if (!frame) return {}
  if ('cid' in frame) return { ref: frame.cid }
  if ('ref' in frame) return { ref: frame.ref }
  return 'id' in frame ? { ref: frame.id } : {}
}

function omitType<T extends { type: string }>({ type: _type, ...rest }: T): Omit<T, 'type'> {
  return rest
}
