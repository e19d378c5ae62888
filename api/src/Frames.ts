/**
 * What connections say: a frame is judged when it comes and acted on in the next flush,
 * in order (W4, W5, W10 to W12, W14, W16). Knows no request and no Cloudflare type.
 */

import {
  CLOSE,
  type ClientFrame,
  type HelloFrame,
  PONG,
  PROTOCOL_VERSION,
  pageBytes,
} from '@session-kit/ui-kit/protocol'
import type { Connection } from './Connection.ts'
import { catchUp } from './catchUp.ts'
import { closeAnswer } from './closeAnswer.ts'
import { errorFrame, type Problem, refOf } from './errorFrame.ts'
import { Gate } from './Gate.ts'
import { BEHIND_BYTES, type Outgoing } from './Outgoing.ts'
import type { RoomParts } from './RoomParts.ts'
import { STORAGE, TOO_FAST } from './Sends.ts'

/** Unread bytes of all connections together above which a catch-up is a small one. */
const ROOM_BYTES = 32 * 1_048_576

/** Counting asks every socket; in between, what is handed out is added. */
const COUNT_EVERY_MS = 250

/** What is too much for who doesn't read. */
const BEHIND = { code: 'rate_limited', message: 'read what was sent first', waitMs: 1_000 } as const

export class Frames {
  readonly #parts: RoomParts
  readonly #gate: Gate
  /** what all connections together had not read, and were handed since */
  #unread = { atMs: Number.NEGATIVE_INFINITY, bytes: 0 }

  constructor(parts: RoomParts) {
    this.#parts = parts
    this.#gate = new Gate(parts.limits)
  }

  receive(connection: Connection, data: string | ArrayBuffer): void {
    if (isClosed(connection)) return
    const { host, flush, turns, presence, sends } = this.#parts
    // Before anybody is told where the log stands; the next turn begins with it.
    if (turns.recover()) flush.now()
    // Who didn't take what that had to tell is closed.
    if (isClosed(connection)) return
    const verdict = this.#gate.judge(connection, data, host.now())
    if (connection.kept.phase === 'raw' && !connection.kept.heard) {
      presence.heard(connection)
      // Most say hello first, and their phase tells as much.
      if (verdict.kind !== 'frame' || verdict.frame.type !== 'hello')
        connection.keep({ heard: true })
    }
    switch (verdict.kind) {
      case 'frame':
        this.#take(connection, verdict.frame)
        break
      case 'echo': {
        // The text was JSON when it came, so it needs no second encoding.
        const echo = `{"type":"echo","data":${verdict.text},"from":"${connection.kept.id}"}`
        flush.soon({ run: (out) => out.toAll(echo) })
        break
      }
      case 'limited': {
        const { cid, waitMs, ref } = verdict
        if (cid !== undefined) sends.limited(connection, cid, waitMs)
        else this.#tell(connection, { ...TOO_FAST, waitMs, ...(ref !== undefined && { ref }) })
        break
      }
      case 'refused':
        this.#tell(connection, verdict.problem)
        break
      case 'closed': {
        const { code, reason, problem } = verdict
        if (problem) flush.add({ run: (out) => out.to(connection, errorFrame(problem, true)) })
        flush.now()
        presence.drop(connection, code, reason)
      }
    }
  }

  /** The client closed, or its line broke: whatever it said before is stored first (W14). */
  closed(connection: Connection, code: number, reason: string): void {
    const { flush, turns, presence } = this.#parts
    turns.recover()
    flush.now()
    // What it gave as its reason is its own words, and those are not for the log.
    presence.leave(connection, code, 'client')
    const answer = closeAnswer(code)
    if (answer !== undefined) connection.close(answer, reason)
    flush.now()
  }

  #take(connection: Connection, frame: ClientFrame) {
    const { log, limits, flush, presence, sends } = this.#parts
    if (frame.type === 'ping') return flush.soon({ run: (out) => out.to(connection, PONG) })
    if (frame.type === 'hello') return this.#hello(connection, frame)
    // Its hello may wait for the next flush.
    if (connection.kept.phase === 'raw') flush.now()
    if (isClosed(connection)) return
    if (connection.kept.phase === 'raw') {
      const message = `say hello before ${frame.type}`
      return this.#tell(connection, { code: 'hello_required', message, ...refOf(frame) })
    }
    const failed = (out: Outgoing) =>
      out.to(connection, errorFrame({ code: 'storage', message: STORAGE.message, ...refOf(frame) }))
    switch (frame.type) {
      case 'send':
        return sends.soon(connection, frame)
      case 'again':
        return sends.soon(connection, { cid: frame.cid, again: frame.id })
      case 'cancel':
        return flush.soon({ run: (out) => this.#cancel(connection, frame.id, out), failed })
      case 'page': {
        const run = (out: Outgoing) => {
          if (connection.bufferedBytes > BEHIND_BYTES)
            return out.to(connection, errorFrame({ ...BEHIND, ref: frame.ref }))
          const { messages, hasOlder } = log.page(frame.before, frame.limit, pageBytes(limits))
          const list = messages.map((message) => message.json).join(',')
          const fields = `"ref":${JSON.stringify(frame.ref)},"messages":[${list}]`
          out.to(connection, `{"type":"page",${fields},"hasOlder":${hasOlder}}`)
        }
        return flush.soon({ run, failed })
      }
      case 'presence':
        connection.keep({ state: frame.state })
        return flush.soon({ run: (out) => presence.tell('state', connection, out) })
    }
  }

  /** Reading what was missed, sending it and going live: one turn, with nothing in between (W4). */
  #hello(connection: Connection, hello: HelloFrame) {
    const { host, log, limits, flush, keeper, turns, presence } = this.#parts
    if (hello.v !== PROTOCOL_VERSION) {
      flush.now()
      return presence.drop(connection, CLOSE.version, 'version')
    }
    flush.promptly({
      run: (out) => {
        const { id, session, user, role, phase } = connection.kept
        if (phase === 'closed') return
        if (connection.bufferedBytes > BEHIND_BYTES) return out.to(connection, errorFrame(BEHIND))
        const meta = log.create(session, host.newId())
        const peers = presence.peers(connection)
        const connections = presence.connections()
        if (phase === 'raw') {
          presence.join(connection)
          out.enters(connection)
        }
        const batch = hello.batch ?? false
        keeper.keep(connection, { phase: 'live', batch, awaiting: undefined })
        out.to(connection, {
          type: 'welcome',
          v: PROTOCOL_VERSION,
          session,
          you: { conn: id, user, role },
          epoch: meta.epoch,
          head: meta.head,
          limits,
          peers,
          connections,
          status: turns.status(),
        })
        for (const sync of catchUp(log, meta, hello, limits, () => this.#hasRoom())) {
          this.#unread.bytes += sync.length
          out.to(connection, sync)
        }
        // In a crowd the list of the welcome is not kept up: the count that follows says so.
        if (phase === 'raw' || !connection.kept.listed) presence.tell('join', connection, out)
      },
      failed: (out) => out.after(() => presence.drop(connection, CLOSE.internalError, 'storage')),
    })
  }

  /** The runtime holds what nobody has read, also of those that are closing. */
  #hasRoom(): boolean {
    const { host } = this.#parts
    const atMs = host.now()
    if (Math.abs(atMs - this.#unread.atMs) >= COUNT_EVERY_MS) {
      const bytes = host.connections().reduce((sum, one) => sum + one.bufferedBytes, 0)
      this.#unread = { atMs, bytes }
    }
    return this.#unread.bytes <= ROOM_BYTES
  }

  #cancel(connection: Connection, id: string, out: Outgoing): void {
    const refuse = (code: Problem['code'], message: string) =>
      out.to(connection, errorFrame({ code, message, ref: id }))
    const pos = this.#parts.log.posOf(id)
    if (connection.kept.role === 'viewer') refuse('forbidden', 'a viewer reads and does not cancel')
    else if (pos === undefined) refuse('not_found', 'there is no message with this id')
    else this.#parts.turns.cancel(pos, out)
  }

  #tell(connection: Connection, problem: Problem): void {
    this.#parts.flush.soon({ run: (out) => out.to(connection, errorFrame(problem)) })
  }
}

/** Asked anew each time: what is queued before a frame may end its connection. */
const isClosed = ({ kept }: Connection): boolean => kept.phase === 'closed'
