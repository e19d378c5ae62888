/**
 * What is asked of a session from outside its sockets: over HTTP, and by the Worker's own code.
 *
 * Stored and told by the same flush as what connections say (W1, W2). Knows no request.
 */

import {
  type AgentStatus,
  CLOSE,
  isTooLarge,
  type Message,
  type Meta,
  pageBytes,
  type UserPart,
  utf8Length,
} from '@session-kit/ui-kit/protocol'
import type { Span } from './MessageLog.ts'
import type { Outgoing } from './Outgoing.ts'
import { Posters } from './Posters.ts'
import type { RoomParts } from './RoomParts.ts'
import { refusalOf, STORAGE } from './Sends.ts'
import { type Author, FULL, type Refusal, refuse, type Said, type Saying, tooLarge } from './say.ts'

export interface SessionStatus {
  epoch: string | null
  head: number
  connections: number
  status: AgentStatus
}

/** Room for the fields around the data of an echo. */
const ECHO_BYTES = 64

/** What became of a change that the Worker asked for. */
export type Changed = { ok: true; id: string; seq: number } | Refusal

export class Desk {
  readonly #parts: RoomParts
  readonly #posters: Posters

  constructor(parts: RoomParts) {
    this.#parts = parts
    this.#posters = new Posters(parts.limits)
  }

  // ------------------------------------------------------------------ requests

  /** Takes one request of `poster` from their allowance; the ms to wait where that is used up. */
  admit(poster: string): number {
    return this.#posters.admit(poster, this.#parts.host.now())
  }

  page(before: number, limit: number): { epoch: string | null; head: number } & Span {
    const { log, limits } = this.#parts
    const meta = this.#read()
    if (!meta) return { epoch: null, head: 0, messages: [], hasOlder: false }
    const { epoch, head } = meta
    return { epoch, head, ...log.page(before, limit, pageBytes(limits)) }
  }

  status(): SessionStatus {
    const { presence, turns } = this.#parts
    const meta = this.#read()
    const { epoch, head } = meta ?? { epoch: null, head: 0 }
    return { epoch, head, connections: presence.connections(), status: turns.status() }
  }

  // ------------------------------------------------------------------ the Worker's own code

  /** Stores what an author says, whatever their speed. @throws NewerSchema */
  say(author: Author, session: string, saying: Saying): Said {
    this.#read()
    return this.#parts.sends.now(author, session, saying)
  }

  /** Replaces the content of a message that has ended; its meta stays unless there is another. */
  edit(id: string, content: { parts: UserPart[]; meta?: Meta }): Changed {
    const { log, limits, sends } = this.#parts
    return this.#change(id, ({ pos, state, meta }) => {
      if (sends.isFull()) return FULL
      if (state === 'streaming') return refuse('busy', 'this message is still being written', true)
      if (state === 'deleted') return refuse('not_found', 'this message was deleted')
      if (isTooLarge({ ...(meta && { meta }), ...content }, limits)) return tooLarge(limits)
      return log.edit(pos, content)
    })
  }

  /** Empties a message; an answer, or an answer to it, that is being written ends first. */
  remove(id: string): Changed {
    const { log, turns } = this.#parts
    return this.#change(id, (message, out) => {
      if (message.state === 'deleted') return message
      turns.drop(message.pos, out)
      return log.remove(message.pos)
    })
  }

  /** Sends `text`, which is JSON, to every connection; stores nothing. @throws TypeError */
  broadcast(text: string): void {
    const { serverFrameBytes } = this.#parts.limits
    if (utf8Length(text) > serverFrameBytes - ECHO_BYTES)
      throw new TypeError(
        `session-kit: broadcast(): a value has at most ${serverFrameBytes - ECHO_BYTES} bytes of JSON`,
      )
    const echo = `{"type":"echo","data":${text},"from":"server"}`
    this.#parts.flush.now({ run: (out) => out.toAll(echo) })
  }

  /** Closes every connection of a user; `refresh`: to come back with a new ticket. */
  kick(user: string, refresh: boolean): number {
    const { host, flush, presence } = this.#parts
    flush.now()
    const theirs = host
      .connections()
      .filter(({ kept }) => kept.user.id === user && kept.phase !== 'closed')
    for (const connection of theirs)
      if (refresh) presence.drop(connection, CLOSE.unauthorized, 'refresh')
      else presence.drop(connection, CLOSE.forbidden, 'kicked')
    return theirs.length
  }

  /** The same log under a new name: every client forgets what it has and catches up. */
  renewEpoch(): string | null {
    const { host, log, flush } = this.#parts
    if (!this.#read()) return null
    return flush.ask(
      (out) => {
        const { epoch } = log.renewEpoch(host.newId())
        out.toLive({ type: 'reset', epoch })
        return epoch
      },
      () => {
        throw new Error(`session-kit: renewEpoch(): ${STORAGE.message}`)
      },
    )
  }

  // ------------------------------------------------------------------ inside

  #change(id: string, change: (message: Message, out: Outgoing) => Message | Refusal): Changed {
    const { log, flush } = this.#parts
    this.#read()
    return flush.ask<Changed>((out) => {
      const pos = log.posOf(id)
      const message = pos === undefined ? undefined : log.get(pos)
      if (!message) return refuse('not_found', 'there is no message with this id')
      const result = change(message, out)
      if ('ok' in result) return result
      const { seq } = result
      // A message that was deleted before is as it was.
      if (result !== message) out.toLive({ type: 'msg', seq, message: result })
      return { ok: true, id, seq }
    }, refusalOf)
  }

  /** Where the log stands, with everything in it that came before. */
  #read() {
    this.#parts.turns.recover()
    this.#parts.flush.now()
    return this.#parts.log.load()
  }
}
