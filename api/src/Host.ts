/** What the rules need from the place they run in: sockets, time, chance, one alarm, transactions. */

import type { Connection } from './Connection.ts'
import type { SessionEvent } from './SessionEvent.ts'

export interface Host {
  /** ms since 1970 */
  now(): number
  /** 16 characters, unguessable */
  newId(): string
  /** every socket that is open or closing */
  connections(): Connection[]
  /** by all that is stored */
  storedBytes(): number
  /** All or nothing; may be nested, then the inner one alone can fail. */
  transaction(run: () => void): void
  later(run: () => void, delayMs: number): void
  /** Outlives the object's memory; replaces an earlier one. */
  setAlarm(atMs: number): void
  clearAlarm(): void
  /** Keeps the object in memory while `work` is pending. */
  keepAlive(work: Promise<void>): void
  /** For the operator's metrics; never throws. */
  tell(event: SessionEvent): void
  /** For the operator: no content, no secret. */
  report(event: string, error: unknown): void
}
