/**
 * The session's messages, numbered, in SQLite.
 *
 * Gives out seq and pos (W2), remembers who sent which cid (W5), keeps waiting
 * turns, and lets text grow at one row a write (W9). Every method is synchronous
 * and belongs inside a transaction of its caller. Knows no socket and no frame.
 */

import type { AgentStatus, Message, MessageState, Part } from '@session-kit/ui-kit/protocol'
import { utf8Length } from '@session-kit/ui-kit/protocol'
import type { Row, Sql } from './Sql.ts'
import { TurnTable } from './TurnTable.ts'

/** One row: what changes with every durable change is written once a transaction. */
export interface Meta {
  session: string
  epoch: string
  head: number
  floor: number
  status: AgentStatus['state']
}

/** A message as the JSON that goes on the wire. */
export interface Stored {
  pos: number
  seq: number
  json: string
  bytes: number
}

export interface Span {
  messages: Stored[]
  hasOlder: boolean
}

/** What a cid was first used for. */
export interface Sent {
  pos: number
  seq: number
  hash: string
}

/** UTF-16 units of growing text in one row, so that an append rewrites little. */
const CHUNK_UNITS = 32_768

const SCHEMA = 1

const TABLES = `
  CREATE TABLE meta (schema INTEGER, session TEXT, epoch TEXT, head INTEGER, floor INTEGER, status TEXT);
  CREATE TABLE messages (pos INTEGER PRIMARY KEY, seq INTEGER NOT NULL, growing INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX messages_seq ON messages (seq);
  CREATE TABLE parts (pos INTEGER, part INTEGER, chunk INTEGER, type TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (pos, part, chunk)) WITHOUT ROWID;
  CREATE TABLE sent (author TEXT, cid TEXT, pos INTEGER NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (author, cid)) WITHOUT ROWID;
  CREATE TABLE turns (n INTEGER PRIMARY KEY, question INTEGER NOT NULL, answer INTEGER);
`

export class MessageLog {
  readonly #sql: Sql
  readonly turns: TurnTable
  #made = false
  #saved: Meta | undefined
  /** As of the last `load`, with the changes since. Replaced, never changed in place. */
  meta: Meta | undefined

  constructor(sql: Sql) {
    this.#sql = sql
    this.turns = new TurnTable(sql)
  }

  /** Reads where the log stands; undefined when there is none. Writes nothing. */
  load(): Meta | undefined {
    if (!this.#made)
      this.#made = this.#one(`SELECT 1 FROM sqlite_master WHERE name = 'meta'`) !== undefined
    const row = this.#made
      ? this.#one('SELECT session, epoch, head, floor, status FROM meta')
      : undefined
    this.#saved = row as Meta | undefined
    this.meta = this.#saved
    return this.meta
  }

  /** Makes tables and epoch, when there are none. */
  create(session: string, epoch: string): Meta {
    if (this.meta) return this.meta
    for (const table of TABLES.split(';')) if (table.trim() !== '') this.#sql(table)
    const meta: Meta = { session, epoch, head: 0, floor: 0, status: 'idle' }
    this.#sql(
      'INSERT INTO meta (schema, session, epoch, head, floor, status) VALUES (?, ?, ?, 0, 0, ?)',
      SCHEMA,
      session,
      epoch,
      meta.status,
    )
    this.#saved = meta
    this.meta = meta
    return meta
  }

  /** Writes where the log stands: one row for all changes of a transaction. */
  save(): void {
    if (!this.meta || this.meta === this.#saved) return
    this.#sql('UPDATE meta SET head = ?, status = ?', this.meta.head, this.meta.status)
    this.#saved = this.meta
  }

  /** The storage was emptied under it. */
  forget(): void {
    this.#made = false
    this.#saved = undefined
    this.meta = undefined
  }

  setStatus(status: AgentStatus['state']): void {
    const meta = this.#open()
    if (meta.status !== status) this.meta = { ...meta, status }
  }

  // ------------------------------------------------------------------ messages

  /** Adds a message at the end; a streaming one gets its parts by `grow` and `put`. */
  insert(fields: Omit<Message, 'id' | 'pos' | 'seq'>): Message {
    const pos = this.#next()
    const message: Message = { id: this.idOf(pos), pos, seq: pos, ...fields }
    this.#sql(
      'INSERT INTO messages (pos, seq, growing, body) VALUES (?, ?, ?, ?)',
      pos,
      pos,
      message.state === 'streaming' ? 1 : 0,
      JSON.stringify(message),
    )
    return message
  }

  /** Appends to a text or reasoning part; `from` is its length before. */
  grow(pos: number, part: number, type: Part['type'], from: number, text: string): void {
    this.#sql(
      `INSERT INTO parts (pos, part, chunk, type, value) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET value = value || excluded.value`,
      pos,
      part,
      Math.floor(from / CHUNK_UNITS),
      type,
      text,
    )
  }

  /** Adds or replaces a part that is no text. */
  put(pos: number, part: number, value: Part): void {
    this.#sql(
      'INSERT OR REPLACE INTO parts (pos, part, chunk, type, value) VALUES (?, ?, 0, ?, ?)',
      pos,
      part,
      value.type,
      JSON.stringify(value),
    )
  }

  /** Gives a streaming message its terminal state, with the parts that are stored. */
  finish(pos: number, state: MessageState, error?: Message['error']): Message {
    const message: Message = { ...this.#read(pos), seq: this.#next(), state }
    if (error) message.error = error
    this.#sql(
      'UPDATE messages SET seq = ?, growing = 0, body = ? WHERE pos = ?',
      message.seq,
      JSON.stringify(message),
      pos,
    )
    this.#sql('DELETE FROM parts WHERE pos = ?', pos)
    return message
  }

  /** An id holds its pos, so that looking one up needs no second index to be written. */
  idOf(pos: number): string {
    return `${this.#open().epoch.slice(0, 8)}.${pos.toString(36)}`
  }

  /** pos of the message with this id, or undefined when this epoch has no such message. */
  posOf(id: string): number | undefined {
    const meta = this.meta
    const pos = Number.parseInt(id.slice(id.indexOf('.') + 1), 36)
    return meta && pos >= 1 && pos <= meta.head && this.idOf(pos) === id && this.#row(pos)
      ? pos
      : undefined
  }

  get(pos: number): Message | undefined {
    const row = this.#row(pos)
    return row && this.#message(row)
  }

  // ------------------------------------------------------------------ reading

  /** Every message above `cursor` by seq, and the streaming one; undefined when that is too much. */
  since(cursor: number, maxMessages: number, maxBytes: number): Span | undefined {
    const messages: Stored[] = []
    let bytes = 0
    const streaming = this.turns.running() ?? 0
    const query = `SELECT * FROM messages WHERE seq > ? ORDER BY seq LIMIT ${maxMessages + 1}`
    for (const row of this.#sql(query, cursor)) {
      const stored = this.#stored(row)
      bytes += stored.bytes
      messages.push(stored)
      if (messages.length > maxMessages || bytes > maxBytes) return undefined
    }
    const row = streaming && this.#row(streaming)
    if (row && Number(row.seq) <= cursor) messages.unshift(this.#stored(row))
    return { messages, hasOlder: this.#hasOlder(messages) }
  }

  /** The newest messages, ascending pos; before them the streaming one, where that is older. */
  newest(maxMessages: number, maxBytes: number): Span {
    const { messages, hasOlder } = this.page(Number.MAX_SAFE_INTEGER, maxMessages, maxBytes)
    const streaming = this.turns.running() ?? Number.MAX_SAFE_INTEGER
    const row = streaming < (messages[0]?.pos ?? 0) ? this.#row(streaming) : undefined
    return { messages: row ? [this.#stored(row), ...messages] : messages, hasOlder }
  }

  /** Messages below `before` by pos, ascending; fewer than asked for when they are large. */
  page(before: number, maxMessages: number, maxBytes: number): Span {
    const messages: Stored[] = []
    let bytes = 0
    const query = `SELECT * FROM messages WHERE pos < ? ORDER BY pos DESC LIMIT ${maxMessages}`
    for (const row of this.#sql(query, before)) {
      const stored = this.#stored(row)
      bytes += stored.bytes
      if (messages.length > 0 && bytes > maxBytes) break
      messages.push(stored)
    }
    messages.reverse()
    return { messages, hasOlder: this.#hasOlder(messages, before) }
  }

  // ------------------------------------------------------------------ sent

  sent(author: string, cid: string): Sent | undefined {
    const query = 'SELECT pos, seq, hash FROM sent WHERE author = ? AND cid = ?'
    return this.#one(query, author, cid) as Sent | undefined
  }

  markSent(author: string, cid: string, { pos, seq, hash }: Sent): void {
    const query = 'INSERT INTO sent (author, cid, pos, seq, hash) VALUES (?, ?, ?, ?, ?)'
    this.#sql(query, author, cid, pos, seq, hash)
  }

  // ------------------------------------------------------------------ inside

  #hasOlder(messages: readonly Stored[], before = Number.MAX_SAFE_INTEGER): boolean {
    const lowest = messages.reduce((pos, message) => Math.min(pos, message.pos), before)
    return this.#one('SELECT 1 FROM messages WHERE pos < ? LIMIT 1', lowest) !== undefined
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
    for (const row of this.#sql(query, pos)) {
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

  #read(pos: number): Message {
    const message = this.get(pos)
    if (!message) throw new Error(`session-kit: there is no message at pos ${pos}`)
    return message
  }

  #row(pos: number): Row | undefined {
    return this.#one('SELECT * FROM messages WHERE pos = ?', pos)
  }

  #next(): number {
    const meta = this.#open()
    this.meta = { ...meta, head: meta.head + 1 }
    return this.meta.head
  }

  #open(): Meta {
    if (!this.meta) throw new Error('session-kit: the log was written before it was made')
    return this.meta
  }

  #one(query: string, ...values: (string | number | null)[]): Row | undefined {
    for (const row of this.#sql(query, ...values)) return row
    return undefined
  }
}
