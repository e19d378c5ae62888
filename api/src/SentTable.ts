/**
 * Who sent which cid, so that it counts once (W5). Synchronous.
 *
 * A cid is found by its author. Those that no kept message bears are loose: only they stand
 * in an index of their own, so that retention finds them and a send pays nothing for it.
 */

import type { Sql } from './Sql.ts'

/** What a cid was first used for. */
export interface Sent {
  pos: number
  seq: number
  hash: string
}

export interface Loose {
  author: string
  cid: string
  /** when it was stored */
  atMs: number
}

export class SentTable {
  readonly #sql: Sql
  readonly #write: Sql

  constructor(sql: Sql, write: Sql) {
    this.#sql = sql
    this.#write = write
  }

  find(author: string, cid: string): Sent | undefined {
    const query = 'SELECT pos, seq, hash FROM sent WHERE author = ? AND cid = ?'
    for (const row of this.#sql(query, author, cid)) return row as unknown as Sent
    return undefined
  }

  /**
   * `looseAtMs`: now, where the message at `pos` does not bear this cid.
   *
   * @returns what it was used for before; undefined: it was not, and is now
   */
  add(author: string, cid: string, sent: Sent, looseAtMs: number | null): Sent | undefined {
    const query = 'INSERT INTO sent (author, cid, pos, seq, hash, atMs) VALUES (?, ?, ?, ?, ?, ?)'
    try {
      this.#write(query, author, cid, sent.pos, sent.seq, sent.hash, looseAtMs)
      return undefined
    } catch (error) {
      // Asked only here: most cids are new, and a question costs as much as a row.
      const before = this.find(author, cid)
      if (before) return before
      throw error
    }
  }

  loosen({ author, cid, atMs }: Loose): void {
    this.#write('UPDATE sent SET atMs = ? WHERE author = ? AND cid = ?', atMs, author, cid)
  }

  /** Those whose message is gone, oldest message first; read as far as taken. */
  loose(): Iterable<Loose> {
    const query = `SELECT author, cid, atMs FROM sent
      WHERE atMs IS NOT NULL AND pos < coalesce((SELECT min(pos) FROM messages), 9e15)
      ORDER BY pos`
    return this.#sql(query) as Iterable<unknown> as Iterable<Loose>
  }

  remove({ author, cid }: Loose): void {
    this.#write('DELETE FROM sent WHERE author = ? AND cid = ?', author, cid)
  }
}
