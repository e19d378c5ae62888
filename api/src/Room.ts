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
  type HelloFrame,
  type Limits,
  PONG,
  PROTOCOL_VERSION,
} from '@session-kit/ui-kit/protocol'
import type { Connection } from './Connection.ts'
import { catchUp } from './catchUp.ts'
import { closeAnswer } from './closeAnswer.ts'
import { errorFrame, type Problem, refOf } from './errorFrame.ts'
import { Flush } from './Flush.ts'
import { Gate } from './Gate.ts'
import type { Host } from './Host.ts'
import type { MessageLog, Span } from './MessageLog.ts'
import type { Outgoing } from './Outgoing.ts'
import { Presence } from './Presence.ts'
import { Sends, STORAGE, TOO_FAST, tooFast } from './Sends.ts'
import type { Author, Said, Saying } from './say.ts'
import type { Respond } from './Turn.ts'
import { Turns } from './Turns.ts'

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
  readonly #sends: Sends
  readonly #gate: Gate
  /** The agent's status as everybody was told last; unknown after waking. */
  #toldStatus: string | undefined

  constructor({ host, log, limits, respond }: Parts) {
    this.#host = host
    this.#log = log
    this.#limits = limits
    this.#gate = new Gate(limits)
    this.#flush = new Flush(host, {
      begin: () => {
        log.load()
        this.#toldStatus ??= JSON.stringify(this.#turns.status())
      },
      end: (out) => this.#endFlush(out),
      mark: () => {
        const { meta } = log
        const restoreSends = this.#sends.mark()
        return () => {
          log.meta = meta
          restoreSends()
        }
      },
      deliver: (out) => {
        this.#sends.settled()
        out.deliver(host.connections(), host.now(), limits.serverFrameBytes, this.#drop)
      },
      broken: () => {
        for (const connection of host.connections())
          this.#drop(connection, CLOSE.internalError, 'internal')
      },
    })
    const flush = this.#flush
    this.#turns = new Turns({ host, log, flush, respond, limits })
    this.#presence = new Presence(host, flush, limits)
    this.#sends = new Sends({ host, log, limits, flush, hasAgent: this.#turns.hasAgent })
  }

  // ------------------------------------------------------------------ sockets

  /** A socket is open and has said nothing yet: it counts. */
  opened(): void {
    this.#flush.soon({ run: (out) => this.#presence.count(true, out) })
  }

  receive(connection: Connection, data: string | ArrayBuffer): void {
    if (connection.kept.phase === 'closed') return
    this.#turns.recover()
    const verdict = this.#gate.judge(connection, data, this.#host.now())
    switch (verdict.kind) {
      case 'frame':
        this.#take(connection, verdict.frame)
        break
      case 'echo': {
        // The text was JSON when it came, so it needs no second encoding.
        const echo = `{"type":"echo","data":${verdict.text},"from":"${connection.kept.id}"}`
        this.#flush.soon({ run: (out) => out.toAll(echo) })
        break
      }
      case 'limited': {
        const { cid, waitMs, ref } = verdict
        if (cid !== undefined) this.#sends.limited(connection, cid, waitMs)
        else this.#tell(connection, { ...TOO_FAST, waitMs, ...(ref !== undefined && { ref }) })
        break
      }
      case 'refused':
        this.#tell(connection, verdict.problem)
        break
      case 'closed': {
        const { code, reason, problem } = verdict
        if (problem)
          this.#flush.add({ run: (out) => out.to(connection, errorFrame(problem, true)) })
        this.#flush.now()
        this.#drop(connection, code, reason)
      }
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

  get messageBytes(): number {
    return this.#limits.messageBytes
  }

  post(author: Author, session: string, saying: Saying, poster: string): Said {
    const waitMs = this.#gate.admit(poster, this.#host.now())
    if (waitMs > 0) return tooFast(waitMs)
    this.#turns.recover()
    return this.#sends.now(author, session, saying)
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

  /** Empties the storage, ends the turn and sends everybody away. */
  wipe(empty: () => void): void {
    this.#flush.now()
    empty()
    this.#turns.forget()
    this.#log.forget()
    this.#toldStatus = undefined
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
      out.to(connection, errorFrame({ code: 'storage', message: STORAGE.message, ...refOf(frame) }))
    switch (frame.type) {
      case 'send':
        return this.#sends.soon(connection, frame)
      case 'again':
        return this.#sends.soon(connection, { cid: frame.cid, again: frame.id })
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
    this.#flush.now()
    if (hello.v !== PROTOCOL_VERSION) return this.#drop(connection, CLOSE.version, 'version')
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
        // In a crowd the list of the welcome is not kept up: the count that follows says so.
        if (phase === 'raw' || !connection.kept.listed) this.#presence.tell('join', connection, out)
      },
      failed: (out) => out.after(() => this.#drop(connection, CLOSE.internalError, 'storage')),
    })
    this.#flush.now()
  }

  #cancel(connection: Connection, id: string, out: Outgoing) {
    if (connection.kept.role === 'viewer') {
      const message = 'a viewer reads and does not cancel'
      return out.to(connection, errorFrame({ code: 'forbidden', message, ref: id }))
    }
    const pos = this.#log.posOf(id)
    if (pos === undefined) {
      const message = 'there is no message with this id'
      return out.to(connection, errorFrame({ code: 'not_found', message, ref: id }))
    }
    this.#turns.cancel(pos, out)
  }

  #tell(connection: Connection, problem: Problem): void {
    this.#flush.soon({ run: (out) => out.to(connection, errorFrame(problem)) })
  }

  // ------------------------------------------------------------------ inside

  #drop = (connection: Connection, code: number, reason: string): void => {
    this.#leave(connection)
    connection.close(code, reason)
  }

  #leave(connection: Connection) {
    const { phase } = connection.kept
    if (phase !== 'closed') connection.keep({ phase: 'closed' })
    if (phase === 'live')
      this.#flush.soon({ run: (out) => this.#presence.tell('leave', connection, out) })
    if (phase === 'raw') this.#flush.soon({ run: (out) => this.#presence.count(true, out) })
  }

  #endFlush(out: Outgoing): void {
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
    const told = JSON.stringify(status)
    if (told !== this.#toldStatus) out.toLive({ type: 'status', ...status })
    out.after(() => {
      this.#toldStatus = told
    })
    this.#log.save()
  }

  /** Where the log stands, with everything in it that came before. */
  #read() {
    this.#turns.recover()
    this.#flush.now()
    return this.#log.load()
  }

  #pageBytes(): number {
    return this.#limits.serverFrameBytes - 1_024
  }
}
