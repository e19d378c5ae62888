/**
 * One alarm, several duties: whichever is due first is armed.
 *
 * Nothing of it is lost with the object's memory: when retention is due stands in the log,
 * and a turn that is in the log is looked after at the first event of whoever wakes. At rest
 * nothing is armed anew (W15).
 */

import type { Host } from './Host.ts'
import type { MessageLog } from './MessageLog.ts'

/** While a turn runs, the alarm is never further away: a crash is noticed with nobody here. */
export const GUARD_MS = 25_000

const NEVER = Number.POSITIVE_INFINITY

export class Alarms {
  readonly #host: Host
  readonly #log: MessageLog
  #turnAtMs = NEVER
  #notBeforeMs = 0
  /** undefined until the log is read first, and where nobody knows */
  #armedAtMs: number | undefined

  constructor(host: Host, log: MessageLog) {
    this.#host = host
    this.#log = log
  }

  /** The log was read: an instance before this one armed what stands in it. */
  woken(): void {
    this.#armedAtMs ??= this.#sweepAtMs
  }

  /** A turn runs or waits for storage: somebody has to look after it. */
  guard(): void {
    this.#turnAtMs = this.#host.now() + GUARD_MS
  }

  /** No turn needs looking after; `isOrphan`: whoever armed the alarm for it is gone. */
  unguard(isOrphan: boolean): void {
    this.#turnAtMs = NEVER
    if (isOrphan) this.#armedAtMs = Number.NaN
  }

  /** Storage refuses: nothing is tried again before a while. */
  retry(): void {
    this.guard()
    this.#notBeforeMs = this.#turnAtMs
  }

  /** The platform took the alarm that was armed. */
  fired(): void {
    this.#armedAtMs = NEVER
    this.#turnAtMs = NEVER
  }

  /** The storage was emptied, alarm and all. */
  forget(): void {
    this.fired()
    this.#notBeforeMs = 0
  }

  /** Arms what is due first, where that changed. Belongs behind whatever was stored. */
  arm(): void {
    // The clock may have gone back since.
    this.#notBeforeMs = Math.min(this.#notBeforeMs, this.#host.now() + GUARD_MS)
    const dueAtMs = Math.max(this.#notBeforeMs, Math.min(this.#turnAtMs, this.#sweepAtMs))
    if (this.#armedAtMs === undefined || dueAtMs === this.#armedAtMs) return
    try {
      if (dueAtMs === NEVER) this.#host.clearAlarm()
      else this.#host.setAlarm(dueAtMs)
      this.#armedAtMs = dueAtMs
    } catch (error) {
      // The next event tries again.
      this.#host.report('alarm.not_armed', error)
    }
  }

  get #sweepAtMs(): number {
    return this.#log.meta?.sweepAtMs ?? NEVER
  }
}
