/** Turns that wait and the one that runs, as rows: they survive the object (W8). Synchronous. */

import type { Sql } from './Sql.ts'

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

  /** Running or waiting. */
  has(question: number): boolean {
    for (const _ of this.#sql('SELECT 1 FROM turns WHERE question = ? LIMIT 1', question))
      return true
    return false
  }

  start(n: number, answer: number): void {
    this.#write('UPDATE turns SET answer = ? WHERE n = ?', answer, n)
  }

  end(answer: number): void {
    this.#write('DELETE FROM turns WHERE answer = ?', answer)
  }

  /** Takes a waiting turn away; a running one stays. */
  dropWaiting(question: number): void {
    this.#write('DELETE FROM turns WHERE question = ? AND answer IS NULL', question)
  }
}
