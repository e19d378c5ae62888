/**
 * How fast an author may POST (W12): as fast as one connection may speak.
 *
 * Kept in memory for those who asked last. Who has so many names that the first is
 * forgotten before it comes again would have as many allowances anyway.
 */

import type { Limits } from '@session-kit/ui-kit/protocol'
import { Allowance } from './Allowance.ts'

const MAX_POSTERS = 1_000

export class Posters {
  readonly #limits: Limits
  /** the one that asked last is the last */
  readonly #allowances = new Map<string, Allowance>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Lets one POST of this author through and returns 0, or the ms until the next. */
  admit(author: string, nowMs: number): number {
    const { burst, perSecond } = this.#limits
    const allowance = this.#allowances.get(author) ?? new Allowance(burst, perSecond, nowMs)
    this.#allowances.delete(author)
    this.#allowances.set(author, allowance)
    const [first] = this.#allowances.keys()
    if (first !== undefined && this.#allowances.size > MAX_POSTERS) this.#allowances.delete(first)
    return allowance.take(1, nowMs)
  }
}
