/**
 * How much one connection may say (W12): a token bucket, and a count of what it was refused.
 *
 * Kept in memory only. An object forgets its memory after ten idle seconds at the
 * earliest, and by then the bucket is full and its refusals are too old to count.
 */

const REFUSED_WINDOW_MS = 10_000
const MAX_REFUSED = 100

export class Allowance {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #atMs: number
  /** when its last refusals were, as many as may be */
  readonly #refusedAtMs: number[] = []

  constructor(burst: number, perSecond: number, nowMs: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#tokens = burst
    this.#atMs = nowMs
  }

  /** Takes `cost` and returns 0, or takes nothing and returns the ms until it would do. */
  take(cost: number, nowMs: number): number {
    const gained = (Math.max(0, nowMs - this.#atMs) * this.#perSecond) / 1000
    this.#tokens = Math.min(this.#burst, this.#tokens + gained)
    this.#atMs = nowMs
    // A hello must be possible where the whole burst is smaller than its cost.
    const price = Math.min(cost, this.#burst)
    if (this.#tokens >= price) {
      this.#tokens -= price
      return 0
    }
    return Math.ceil(((price - this.#tokens) * 1000) / this.#perSecond)
  }

  /** Counts a refused frame; true when it was one too many, of any ten seconds. */
  refuse(nowMs: number): boolean {
    this.#refusedAtMs.push(nowMs)
    if (this.#refusedAtMs.length <= MAX_REFUSED) return false
    const sinceMs = this.#refusedAtMs.shift() ?? nowMs
    return nowMs - sinceMs <= REFUSED_WINDOW_MS
  }
}
