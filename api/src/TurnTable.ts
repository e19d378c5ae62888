/** Turns that wait and the one that runs, as rows: they survive the object (W8). Synchronous. */

import type { Sql } from './Sql.ts'

/** Turns of a session that may wait, with the one that runs; also what a search through them costs. */
export const WAITING_TURNS = 1_000

export interface TurnRow {
  n: number
  /** pos of the user message */
  question: number
  /** pos of the answer; null while the turn waits */
  answer: number | null
}

export class TurnTable {
  readonly #sql: Sql
  readonly #write: Sql

  constructor(sql: Sql, write: Sql) {
    this.#sql = sql
    this.#write = write
  }

  add(question: number): void {
    this.#write('INSERT INTO turns (question) VALUES (?)', question)
  }

  /** The turn whose turn it is: running or next to run. */
  first(): TurnRow | undefined {
    for (const row of this.#sql('SELECT n, question, answer FROM turns ORDER BY n LIMIT 1'))
      return row as unknown as TurnRow
    return undefined
  }

  /** pos of the answer that is being written. */
  running(): number | undefined {
    return this.first()?.answer ?? undefined
  }

  /** No further turn may wait. A place in the middle that was taken away is free in its turn. */
  isFull(): boolean {
    const query = 'SELECT (SELECT max(n) FROM turns) - (SELECT min(n) FROM turns) + 1 AS places'
    for (const { places } of this.#sql(query)) return Number(places) >= WAITING_TURNS
    return false
  }

  /** Running or waiting. */
  has(question: number): boolean {
    for (const _ of this.#sql('SELECT 1 FROM turns WHERE question = ? LIMIT 1', question))
      return true
    return false
  }

  start(n: number, answer: number): void {
    this.#write('UPDATE turns SET answer = ? WHERE n = ?', answer, n)
  }

  /** Takes the running turn away, which is the first. */
  end(answer: number): void {
    this.#write('DELETE FROM turns WHERE n = (SELECT min(n) FROM turns) AND answer = ?', answer)
  }

  /** Takes away waiting turns whose message is gone. */
  dropLost(): void {
    this.#write(
      'DELETE FROM turns WHERE answer IS NULL AND NOT EXISTS (SELECT 1 FROM messages WHERE pos = question)',
    )
  }

  /** Takes a waiting turn away; a running one stays. */
  dropWaiting(question: number): void {
    this.#write('DELETE FROM turns WHERE question = ? AND answer IS NULL', question)
  }
}
