/**
 * What bears a cid, and its answer: stored once, in the order in which its author sent it.
 *
 * After a retryable refusal later sends of a connection wait until the refused one has
 * come again (W12); which one that is lies in the attachment. Knows no other frame.
 */

import type { Connection } from './Connection.ts'
import type { Ground } from './Ground.ts'
import type { Outgoing } from './Outgoing.ts'
import { type Author, FULL, type Refusal, type Said, type Saying, say } from './say.ts'

/** Measuring takes longer than a send may; so many are far less than what a full storage keeps free. */
const MEASURE_EVERY = 32

export class Sends {
  readonly #parts: Ground
  /** sends that may pass before the storage is measured again */
  #unmeasured = 0

  constructor(parts: Ground) {
    this.#parts = parts
  }

  /**
   * Asked before the platform would refuse: a storage that runs full in the middle of a
   * transaction takes the object down, and nobody would be told.
   */
  isFull(): boolean {
    if (this.#unmeasured > 0) {
      this.#unmeasured -= 1
      return false
    }
    const { host, limits } = this.#parts
    if (host.storedBytes() >= limits.storageBytes) return true
    this.#unmeasured = MEASURE_EVERY - 1
    return false
  }

  /** Joins the next flush; its ack or nack leaves with it. */
  soon(connection: Connection, saying: Saying): void {
    const { cid } = saying
    this.#parts.flush.soon({
      run: (out) => {
        const { kept } = connection
        const said = isEarly(connection, cid) ? ORDER : this.#say(kept, kept.session, saying, out)
        this.#answer(connection, cid, said, out)
      },
      failed: (out, error) => this.#answer(connection, cid, refusalOf(error), out),
    })
  }

  /** Refuses what came too fast, behind all that came before it. */
  limited(connection: Connection, cid: string, waitMs: number): void {
    this.#parts.flush.soon({
      run: (out) => {
        const refusal = isEarly(connection, cid) ? { ...ORDER, waitMs } : tooFast(waitMs)
        this.#answer(connection, cid, refusal, out)
      },
    })
  }

  /** Stores now, and returns what became of it. */
  now(author: Author, session: string, saying: Saying): Said {
    return this.#parts.flush.ask<Said>((out) => this.#say(author, session, saying, out), refusalOf)
  }

  #say(author: Author, session: string, saying: Saying, out: Outgoing): Said {
    const { host, log, limits, respond } = this.#parts
    const hasAgent = respond !== undefined
    const open = () => {
      if (!log.meta) log.create(session, host.newId())
    }
    const said = say(
      { log, limits, hasAgent, nowMs: host.now(), open, isFull: () => this.isFull() },
      author,
      saying,
    )
    if (said.ok && said.message) out.toLive({ type: 'msg', seq: said.seq, message: said.message })
    return said
  }

  #answer(connection: Connection, cid: string, said: Said, out: Outgoing): void {
    const { awaiting } = connection.kept
    if (said.ok) {
      const { id, seq, dup } = said
      out.to(connection, { type: 'ack', cid, id, seq, dup })
    } else {
      const { code, message, retryable, waitMs } = said
      const wait = waitMs === undefined ? {} : { waitMs }
      out.to(connection, { type: 'nack', cid, code, message, retryable, ...wait })
    }
    if (!said.ok && said.retryable) {
      if (awaiting === undefined) this.#await(connection, cid)
    } else if (awaiting === cid) this.#await(connection, undefined)
  }

  #await(connection: Connection, awaiting: string | undefined): void {
    this.#parts.keeper.keep(connection, { awaiting })
  }
}

/** Another cid has to come again before this one. */
const isEarly = ({ kept: { awaiting } }: Connection, cid: string): boolean =>
  awaiting !== undefined && awaiting !== cid

/** What whoever wanted something stored is told of the failure. */
export const refusalOf = (error?: unknown): Refusal =>
  /SQLITE_FULL|disk is full/.test(String(error)) ? FULL : STORAGE

export const STORAGE: Refusal = {
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

export const TOO_FAST = { code: 'rate_limited', message: 'too many frames' } as const

export const tooFast = (waitMs: number): Refusal => ({
  ok: false,
  ...TOO_FAST,
  retryable: true,
  waitMs,
})
