/** Turns that wait and the one that runs, as rows: they survive the object (W8). Synchronous. */

import type { Sql } from './Sql.ts'

/** Turns of a session that may wait, with the one that runs; also what a search through them costs. */
export const WAITING_TURNS = 1_000
/** As many of them may be one author's: nobody keeps the agent from everybody else. */
export const WAITING_OF_ONE = 50

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
  /**
   * Who asked for which turn. What waits without its object having ended is known; what an earlier
   * one left behind counts for nobody, and is the first to run. Those that ended are in it until
   * somebody has too many, or their number is given out again, as from 1 when nothing waits.
   */
  #askers = new Map<number, string>()

  constructor(sql: Sql, write: Sql) {
    this.#sql = sql
    this.#write = write
  }

  add(question: number, author: string): void {
    for (const { n } of this.#write(
      'INSERT INTO turns (question) VALUES (?) RETURNING n',
      question,
    ))
      this.#askers.set(Number(n), author)
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

  /** No further turn of `author` may wait. */
  isFull(author: string): boolean {
    // There are not more of them than that; some may have been taken away in the middle.
    const query = 'SELECT (SELECT max(n) FROM turns) - (SELECT min(n) FROM turns) + 1 AS places'
    for (const { places } of this.#sql(query)) {
      if (Number(places) >= WAITING_TURNS && this.#count() >= WAITING_TURNS) return true
      return Number(places) >= WAITING_OF_ONE && this.#hasTooMany(author)
    }
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

  #count(): number {
    for (const { waiting } of this.#sql('SELECT count(*) AS waiting FROM turns'))
      return Number(waiting)
    return 0
  }

  #hasTooMany(author: string): boolean {
    const count = () => [...this.#askers.values()].filter((asker) => asker === author).length
    if (count() < WAITING_OF_ONE) return false
    // What was added, taken away or undone since: only what is in the table waits.
    const rows = [...this.#sql('SELECT n FROM turns')].map(({ n }) => Number(n))
    this.#askers = new Map(rows.map((n) => [n, this.#askers.get(n) ?? '']))
    return count() >= WAITING_OF_ONE
  }
}
