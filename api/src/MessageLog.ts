/**
 * The session's messages, numbered, in SQLite.
 *
 * Gives out seq and pos (W2), remembers who sent which cid (W5), keeps waiting
 * turns, and lets text grow at one row a write (W9). Every method is synchronous
 * and belongs inside a transaction of its caller. The first one that writes brings the
 * tables of an older version up to this one's. Knows no socket and no frame.
 */

import type { AgentStatus, Message, MessageState, Part } from '@session-kit/ui-kit/protocol'
import { LogReader, type Meta } from './LogReader.ts'
import { SentTable } from './SentTable.ts'
import type { Row, Sql } from './Sql.ts'
import { createTables, migrate, NewerSchema, SCHEMA } from './schema.ts'

export type { Meta, Piece, Span, Stored } from './LogReader.ts'

/** What retention needs of a message. */
export interface Aged {
  pos: number
  seq: number
  /** when it was made */
  atMs: number
  author: string
  cid: string | null
}

/** UTF-16 units of growing text in one row, so that an append rewrites little. */
const CHUNK_UNITS = 32_768

export class MessageLog extends LogReader {
  readonly sent: SentTable
  #isLoaded = false
  #saved: Meta | undefined

  constructor(sql: Sql) {
    const write: Sql = (query, ...values) => this.#write(query, ...values)
    super(sql, write)
    this.sent = new SentTable(sql, write)
  }

  /**
   * Where the log stands; undefined when there is none. Read once, for nobody else writes it.
   *
   * @throws NewerSchema
   */
  load(): Meta | undefined {
    if (this.#isLoaded) return this.meta
    const isMade = this.one(`SELECT 1 FROM sqlite_master WHERE name = 'meta'`) !== undefined
    const query = 'SELECT *, (SELECT max(seq) FROM messages) AS newest FROM meta'
    const row = isMade ? this.one(query) : undefined
    this.meta = row && metaOf(row)
    this.#saved = this.meta
    this.#isLoaded = true
    return this.meta
  }

  /** Returns how to bring back what it knows, where SQLite brings back the rows. */
  mark(): () => void {
    const { meta } = this
    const [isLoaded, saved] = [this.#isLoaded, this.#saved]
    return () => {
      this.meta = meta
      this.#isLoaded = isLoaded
      this.#saved = saved
    }
  }

  /** Makes tables and epoch, when there are none. */
  create(session: string, epoch: string): Meta {
    if (this.meta) return this.meta
    createTables(this.sql)
    this.sql(
      `INSERT INTO meta (schema, session, epoch, floor, status, prefix) VALUES (?, ?, ?, 0, 'idle', ?)`,
      SCHEMA,
      session,
      epoch,
      epoch.slice(0, 8),
    )
    this.forget()
    return this.load() as Meta
  }

  /** Writes where the log stands, as far as no message tells: one row a transaction. */
  save(): void {
    const { meta } = this
    if (!meta || meta === this.#saved) return
    const [values, saved] = [keptOf(meta), keptOf(this.#saved ?? meta)]
    if (values.some((value, n) => value !== saved[n]))
      this.#write('UPDATE meta SET epoch = ?, floor = ?, status = ?, sweepAtMs = ?', ...values)
    this.#saved = this.meta
  }

  /** The storage was emptied under it. */
  forget(): void {
    this.#isLoaded = false
    this.#saved = undefined
    this.meta = undefined
  }

  setStatus(status: AgentStatus['state']): void {
    const meta = this.open()
    if (meta.status !== status) this.meta = { ...meta, status }
  }

  /** The same log under another name: messages, numbers, ids and cids stay. */
  renewEpoch(epoch: string): Meta {
    this.meta = { ...this.open(), epoch }
    return this.meta
  }

  // ------------------------------------------------------------------ messages

  /** The pos that the next message will get, and the seq of the next change. */
  get next(): number {
    return this.open().head + 1
  }

  /** Adds a message at the end; a streaming one gets its parts by `grow` and `put`. */
  insert(fields: Omit<Message, 'id' | 'pos' | 'seq'>): Message {
    const pos = this.#next()
    const message: Message = { id: this.idOf(pos), pos, seq: pos, ...fields }
    this.#write(
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
    this.#write(
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
    this.#write(
      'INSERT OR REPLACE INTO parts (pos, part, chunk, type, value) VALUES (?, ?, 0, ?, ?)',
      pos,
      part,
      value.type,
      JSON.stringify(value),
    )
  }

  /** Gives a streaming message its terminal state, with the parts that are stored. */
  finish(pos: number, state: MessageState, error?: Message['error']): Message {
    const message = this.#replace({ ...this.#read(pos), state, ...(error && { error }) })
    this.#write('DELETE FROM parts WHERE pos = ?', pos)
    return message
  }

  /** Replaces the given fields of a message that has ended. */
  edit(pos: number, fields: Partial<Pick<Message, 'parts' | 'meta'>>): Message {
    return this.#replace({ ...this.#readEnded(pos), ...fields })
  }

  /** Empties a message that has ended; its place in the log stays. */
  remove(pos: number): Message {
    const { meta, error, ...message } = this.#readEnded(pos)
    return this.#replace({ ...message, state: 'deleted', parts: [] })
  }

  // ------------------------------------------------------------------ retention

  /** Something durable happened since the last `save`. */
  get hasGrown(): boolean {
    return this.meta !== undefined && this.meta.head !== this.#saved?.head
  }

  planSweep(sweepAtMs: number | null): void {
    const meta = this.open()
    if (meta.sweepAtMs !== sweepAtMs) this.meta = { ...meta, sweepAtMs }
  }

  /** From the oldest by pos, without what a turn needs (`waiting` too); read as far as taken. */
  oldest(waiting: boolean): Iterable<Aged> {
    const query = `SELECT pos, seq, body ->> '$.createdAt' AS atMs,
        body ->> '$.author.id' AS author, body ->> '$.cid' AS cid
      FROM messages
      WHERE pos NOT IN (
        SELECT question FROM turns WHERE answer IS NOT NULL OR ?
        UNION SELECT ifnull(answer, 0) FROM turns
      ) ORDER BY pos`
    return this.sql(query, Number(waiting)) as Iterable<unknown> as Iterable<Aged>
  }

  /** Deletes a message, and its cid with it where that was sent by `sentUntilMs`. */
  prune({ pos, seq, author, cid, atMs }: Aged, sentUntilMs: number): void {
    this.#write('DELETE FROM messages WHERE pos = ?', pos)
    // Behind the write, which may have brought the tables up to this version.
    const meta = this.open()
    if (seq > meta.floor) this.meta = { ...meta, floor: seq }
    if (cid === null) return
    if (atMs <= sentUntilMs) this.sent.remove({ author, cid, atMs })
    else this.sent.loosen({ author, cid, atMs })
  }

  // ------------------------------------------------------------------ inside

  #replace(before: Message): Message {
    const message = { ...before, seq: this.#next() }
    this.#write(
      'UPDATE messages SET seq = ?, growing = 0, body = ? WHERE pos = ?',
      message.seq,
      JSON.stringify(message),
      message.pos,
    )
    return message
  }

  #read(pos: number): Message {
    const message = this.get(pos)
    if (!message) throw new Error(`session-kit: there is no message at pos ${pos}`)
    return message
  }

  #readEnded(pos: number): Message {
    const message = this.#read(pos)
    if (message.state !== 'streaming') return message
    throw new Error(`session-kit: the message at pos ${pos} is streaming; end its turn first`)
  }

  #next(): number {
    const head = this.next
    this.meta = { ...this.open(), head }
    return head
  }

  /** The only way in which anything is written. */
  #write(query: string, ...values: (string | number | null)[]): Iterable<Row> {
    const meta = this.open()
    if (meta.schema < SCHEMA) {
      migrate(this.sql, meta.schema)
      this.meta = { ...meta, schema: SCHEMA }
    }
    return this.sql(query, ...values)
  }
}

/** What no message tells. */
const keptOf = ({ epoch, floor, status, sweepAtMs }: Meta) => [epoch, floor, status, sweepAtMs]

/** Of any version: what version 1 lacks is what its migration would give it. */
function metaOf({ newest, ...row }: Row): Meta {
  const meta = { sweepAtMs: null, ...row } as unknown as Meta
  if (meta.schema > SCHEMA) throw new NewerSchema(meta.schema)
  // Each change leaves its number in a message, and who prunes that one writes it down.
  const head = Math.max(Number(newest), meta.floor)
  return { ...meta, head, prefix: meta.prefix ?? meta.epoch.slice(0, 8) }
}
