/**
 * The stored messages as they go on the wire: one by id or pos, or spans of them (W3).
 *
 * A message that still grows is put together from its parts, so that a client which
 * joins sees what others have seen (W9). Writes nothing; knows no socket and no frame.
 */

import type { AgentStatus, Message, Part } from '@session-kit/ui-kit/protocol'
import { utf8Length } from '@session-kit/ui-kit/protocol'
import type { Row, Sql } from './Sql.ts'
import { TurnTable } from './TurnTable.ts'

/** One row, and what the messages tell. */
export interface Meta {
  /** version of the tables */
  schema: number
  session: string
  epoch: string
  /** the newest seq of the messages, or `floor` where that is higher */
  head: number
  floor: number
  status: AgentStatus['state']
  /** What ids begin with: it outlives the epoch, so that they can be resolved for ever. */
  prefix: string
  /** when retention is due; null: there is nothing to prune */
  sweepAtMs: number | null
}

/** A message as the JSON that goes on the wire. */
export interface Stored extends Piece {
  seq: number
}

/** One message, or several that follow each other, with commas between. */
export interface Piece {
  /** the lowest */
  pos: number
  json: string
  bytes: number
}

export interface Span<Of extends Piece = Stored> {
  messages: Of[]
  hasOlder: boolean
}

/** May so many bytes be held? Asked while they grow. */
export type Fits = (bytes: number) => boolean

/** So many are read sooner one by one. */
const FEW = 20

/** Nobody reads further back than that in one go. */
const MOST_BEHIND = 1_000

export class LogReader {
  protected readonly sql: Sql
  readonly turns: TurnTable
  /** As it was loaded, with the changes since. Replaced, never changed in place. */
  meta: Meta | undefined

  constructor(sql: Sql, write: Sql) {
    this.sql = sql
    this.turns = new TurnTable(sql, write)
  }

  get(pos: number): Message | undefined {
    const row = this.#row(pos)
    return row && this.#message(row)
  }

  /** An id holds its pos, so that looking one up needs no second index to be written. */
  idOf(pos: number): string {
    return `${this.open().prefix}.${pos.toString(36)}`
  }

  /** pos of the message with this id, or undefined when the log has none. */
  posOf(id: string): number | undefined {
    const pos = Number.parseInt(id.slice(id.indexOf('.') + 1), 36)
    const head = this.meta?.head ?? 0
    return pos >= 1 && pos <= head && this.idOf(pos) === id && this.#row(pos) ? pos : undefined
  }

  /**
   * Every message above `cursor` by seq, and the streaming one; undefined when that is too much,
   * which `fits` is asked before any of them is read.
   * Many come in pieces of at most `pieceBytes`, for SQLite joins faster than rows are read; what
   * is larger, or grows, is a piece of its own.
   */
  since(
    cursor: number,
    maxMessages: number,
    fits: Fits,
    pieceBytes: number,
  ): Span<Piece> | undefined {
    const { count, bytes, largest } = this.one(
      `SELECT count(*) AS count, total(size) AS bytes, max(size) AS largest FROM (
        SELECT octet_length(body) AS size FROM messages WHERE seq > ? ORDER BY seq LIMIT ${maxMessages + 1})`,
      cursor,
    ) as unknown as { count: number; bytes: number; largest: number }
    if (count > maxMessages || !fits(bytes)) return undefined
    const streaming = this.turns.running()
    const row = streaming === undefined ? undefined : this.#row(streaming)
    const at = row ? Number(row.seq) : Number.POSITIVE_INFINITY
    const messages: Piece[] = row && at <= cursor ? [this.#stored(row)] : []
    if (count <= FEW) {
      const query = 'SELECT * FROM messages WHERE seq > ? ORDER BY seq'
      for (const one of this.sql(query, cursor)) messages.push(this.#stored(one))
    } else {
      const { head } = this.open()
      const some = Math.max(1, Math.floor(pieceBytes / (largest + 1)))
      messages.push(...this.#pieces(cursor, Math.min(at - 1, head), some))
      if (row && at > cursor) messages.push(this.#stored(row))
      messages.push(...this.#pieces(Math.max(cursor, Math.min(at, head)), head, some))
    }
    return { messages, hasOlder: this.#hasOlder(messages) }
  }

  /** The newest messages, ascending pos; before them the streaming one, where that is older. */
  newest(maxMessages: number, fits: Fits): Span {
    const { messages, hasOlder } = this.#before(Number.MAX_SAFE_INTEGER, maxMessages, fits)
    const streaming = this.turns.running() ?? Number.MAX_SAFE_INTEGER
    const row = streaming < (messages[0]?.pos ?? 0) ? this.#row(streaming) : undefined
    return { messages: row ? [this.#stored(row), ...messages] : messages, hasOlder }
  }

  /** Messages below `before` by pos, ascending; fewer than asked for when they are large. */
  page(before: number, maxMessages: number, maxBytes: number): Span {
    return this.#before(before, maxMessages, (bytes) => bytes <= maxBytes)
  }

  /** Messages above `pos` from the newest back, without those that wait; read as far as taken. */
  *behind(pos: number): Iterable<Stored> {
    const query = `SELECT * FROM messages WHERE pos > ? AND pos NOT IN (SELECT question FROM turns)
      ORDER BY pos DESC LIMIT ${MOST_BEHIND}`
    for (const row of this.sql(query, pos)) yield this.#stored(row)
  }

  // ------------------------------------------------------------------ inside

  protected open(): Meta {
    if (!this.meta) throw new Error('session-kit: the log was used before it was made')
    return this.meta
  }

  protected one(query: string, ...values: (string | number | null)[]): Row | undefined {
    // Read to its end: a cursor left open makes the runtime prepare the statement anew.
    return [...this.sql(query, ...values)][0]
  }

  #before(pos: number, maxMessages: number, fits: Fits): Span {
    const messages: Stored[] = []
    let bytes = 0
    const query = `SELECT * FROM messages WHERE pos < ? ORDER BY pos DESC LIMIT ${maxMessages}`
    for (const row of this.sql(query, pos)) {
      const stored = this.#stored(row)
      bytes += stored.bytes
      if (messages.length > 0 && !fits(bytes)) break
      messages.push(stored)
    }
    messages.reverse()
    return { messages, hasOlder: this.#hasOlder(messages, pos) }
  }

  #row(pos: number): Row | undefined {
    return this.one('SELECT * FROM messages WHERE pos = ?', pos)
  }

  /** From above `cursor` up to the seq `to`, `most` messages a piece. */
  *#pieces(cursor: number, to: number, most: number): Iterable<Piece> {
    const query = `SELECT max(seq) AS seq, min(pos) AS pos, group_concat(body) AS json
      FROM (SELECT seq, pos, body FROM messages WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?)`
    for (let from = cursor; from < to; ) {
      const row = this.one(query, from, to, most)
      if (row?.seq == null) return
      const json = String(row.json)
      yield { pos: Number(row.pos), json, bytes: utf8Length(json) }
      from = Number(row.seq)
    }
  }

  #hasOlder(messages: readonly Piece[], before = Number.MAX_SAFE_INTEGER): boolean {
    const lowest = messages.reduce((pos, message) => Math.min(pos, message.pos), before)
    return this.one('SELECT 1 FROM messages WHERE pos < ? LIMIT 1', lowest) !== undefined
  }

  #stored(row: Row): Stored {
    const json = row.growing ? JSON.stringify(this.#message(row)) : String(row.body)
    return { pos: Number(row.pos), seq: Number(row.seq), json, bytes: utf8Length(json) }
  }

  #message(row: Row): Message {
    const message: Message = JSON.parse(String(row.body))
    if (row.growing) message.parts = this.#parts(message.pos)
    return message
  }

  #parts(pos: number): Part[] {
    const parts: Part[] = []
    const query = 'SELECT part, type, value FROM parts WHERE pos = ? ORDER BY part, chunk'
    for (const row of this.sql(query, pos)) {
      const index = Number(row.part)
      const value = String(row.value)
      const begun = parts[index]
      if (begun && 'text' in begun) begun.text += value
      else if (row.type === 'text' || row.type === 'reasoning')
        parts[index] = { type: row.type, text: value }
      else parts[index] = JSON.parse(value)
    }
    return parts
  }
}
