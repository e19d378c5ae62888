/**
 * Messages that are older than the Worker keeps them are deleted, by alarm, in batches.
 *
 * What a turn still needs stays until it has ended; in a session without an agent one that waits
 * needs nothing, and goes with its message. Takes no seq and tells nobody: who comes
 * with a cursor from before gets a snapshot (W3). A cid outlives its message until it is 30
 * days old (W5). What a sweep reads depends on what it deletes, not on what is stored.
 */

import type { Ground } from './Ground.ts'
import type { Outgoing } from './Outgoing.ts'

const SENT_MS = 30 * 86_400_000
/** Rows of a kind that one transaction deletes. */
const BATCH = 200
/** A message is deleted at most this late, so that a busy session isn't swept for each one. */
const PATIENCE_MS = 3_600_000

const NEVER = Number.POSITIVE_INFINITY

export class Retention {
  readonly #parts: Ground
  /** What an earlier instance planned was held against KEEP_DAYS as it is now. */
  #isChecked = false

  constructor(parts: Ground) {
    this.#parts = parts
  }

  /** Says when the oldest message is due. Belongs at the end of every transaction. */
  plan(out: Outgoing): void {
    const { host, log, keepMs, respond } = this.#parts
    if (keepMs === undefined || !log.hasGrown) return
    const planned = log.meta?.sweepAtMs ?? NEVER
    if (this.#isChecked && planned !== NEVER) return
    // A flush that fails takes back what it planned.
    out.after(() => {
      this.#isChecked = true
    })
    const [oldest] = log.oldest(respond !== undefined)
    if (!oldest) return
    const dueAtMs = Math.max(oldest.atMs + keepMs, host.now())
    // Sooner where KEEP_DAYS was set lower; the past where an alarm was lost.
    if (planned > dueAtMs + PATIENCE_MS || planned < host.now()) log.planSweep(dueAtMs)
  }

  /** Deletes a batch, where one is due; the alarm brings the next. */
  sweep(): void {
    const { host, log, flush, alarms } = this.#parts
    if ((log.meta?.sweepAtMs ?? NEVER) > host.now()) return
    flush.now({ run: () => this.#sweep(), failed: (out) => out.after(() => alarms.retry()) })
  }

  #sweep(): void {
    const { host, log, keepMs = NEVER, respond } = this.#parts
    const hasAgent = respond !== undefined
    const nowMs = host.now()
    const nextAtMs = Math.min(
      // What a turn needed is free when that has ended.
      hasAgent && log.turns.first() ? nowMs + PATIENCE_MS : NEVER,
      take(log.oldest(hasAgent), keepMs, nowMs, (message) => log.prune(message, nowMs - SENT_MS)),
      take(log.sent.loose(), SENT_MS, nowMs, (sent) => log.sent.remove(sent)),
    )
    if (!hasAgent) log.turns.dropLost()
    if (nextAtMs === NEVER) log.planSweep(null)
    else log.planSweep(nextAtMs <= nowMs ? nowMs : Math.max(nextAtMs, nowMs + PATIENCE_MS))
  }
}

/** Removes the rows that are older than `keepMs`, a batch at most; returns when the next is due. */
function take<T extends { atMs: number }>(
  rows: Iterable<T>,
  keepMs: number,
  nowMs: number,
  remove: (row: T) => void,
): number {
  const due: T[] = []
  let nextAtMs = NEVER
  for (const row of rows) {
    nextAtMs = row.atMs + keepMs
    if (due.length === BATCH || nextAtMs > nowMs) break
    nextAtMs = NEVER
    due.push(row)
  }
  // Not while they are read: a query is not to see its own deletions.
  for (const row of due) remove(row)
  return nextAtMs
}
