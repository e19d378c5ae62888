/**
 * What a flush changes of its connections, so that it can be put back where the flush fails:
 * an attachment is no part of the transaction. Nothing is closed in the middle of one.
 */

import type { Connection, Kept } from './Connection.ts'

export class Keeper {
  /** since the last flush that was stored */
  #before: [connection: Connection, kept: Partial<Kept>][] = []

  keep(connection: Connection, change: Partial<Kept>): void {
    const { kept } = connection
    const before = Object.keys(change).map((field) => [field, kept[field as keyof Kept]])
    this.#before.push([connection, Object.fromEntries(before)])
    connection.keep(change)
  }

  /** Returns how to put back what is changed from now on. */
  mark(): () => void {
    const { length } = this.#before
    return () => {
      for (const [connection, kept] of this.#before.splice(length).reverse()) connection.keep(kept)
    }
  }

  /** What was told stays as it is. */
  settled(): void {
    this.#before = []
  }
}
