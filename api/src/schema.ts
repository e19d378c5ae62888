/**
 * The tables of a session, and what makes those of an older version into them.
 *
 * Any change of TABLES is a new version: it needs a step in MIGRATIONS, and a kept
 * fixture of the version before. A step rewrites no row but that of `meta`; a new index reads
 * its table once.
 */

import type { Sql } from './Sql.ts'

export const SCHEMA = 2

const TABLES = [
  `CREATE TABLE meta (schema INTEGER, session TEXT, epoch TEXT, floor INTEGER, status TEXT, prefix TEXT, sweepAtMs INTEGER)`,
  `CREATE TABLE messages (pos INTEGER PRIMARY KEY, seq INTEGER NOT NULL, growing INTEGER NOT NULL, body TEXT NOT NULL)`,
  `CREATE INDEX messages_seq ON messages (seq)`,
  `CREATE TABLE parts (pos INTEGER, part INTEGER, chunk INTEGER, type TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (pos, part, chunk)) WITHOUT ROWID`,
  `CREATE TABLE sent (author TEXT, cid TEXT, pos INTEGER NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, atMs INTEGER, PRIMARY KEY (author, cid)) WITHOUT ROWID`,
  `CREATE INDEX sent_loose ON sent (pos, atMs) WHERE atMs IS NOT NULL`,
  `CREATE TABLE turns (n INTEGER PRIMARY KEY, question INTEGER NOT NULL, answer INTEGER)`,
]

/** By the version they start from. */
const MIGRATIONS: Record<number, readonly string[]> = {
  // Ids began with the epoch, which could not change; no message was ever pruned, so that the
  // newest seq is the head.
  // Cids of an `again` can't be told from others there: those few are kept for ever.
  1: [
    `ALTER TABLE meta DROP COLUMN head`,
    `ALTER TABLE meta ADD COLUMN prefix TEXT`,
    `ALTER TABLE meta ADD COLUMN sweepAtMs INTEGER`,
    `UPDATE meta SET prefix = substr(epoch, 1, 8)`,
    `ALTER TABLE sent ADD COLUMN atMs INTEGER`,
    `CREATE INDEX sent_loose ON sent (pos, atMs) WHERE atMs IS NOT NULL`,
  ],
}

/** The storage was written by a later version: nothing is read from it, and nothing written. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema'
  readonly code = 'newer_schema'

  constructor(schema: number) {
    super(
      `This session was stored by a later version (schema ${schema}; this one knows ${SCHEMA}) and is left as it is. Deploy that version again, or a later one.`,
    )
  }
}

export function createTables(sql: Sql): void {
  for (const statement of TABLES) sql(statement)
}

/** Belongs inside a transaction. */
export function migrate(sql: Sql, from: number): void {
  for (let version = from; version < SCHEMA; version++)
    for (const statement of MIGRATIONS[version] ?? []) sql(statement)
  sql('UPDATE meta SET schema = ?', SCHEMA)
}
