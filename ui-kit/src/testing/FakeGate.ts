/**
 * How much one connection may say: the token bucket and the patience of W11 and W12.
 *
 * Pure arithmetic over the time it is given.
 */

import type { Limits } from '../protocol/index.ts'

const BAD_FRAMES = { most: 10, withinMs: 60_000 }
const REFUSALS = { most: 100, withinMs: 10_000 }

export class FakeGate {
  readonly #limits: Pick<Limits, 'burst' | 'perSecond'>
  #tokens: number
  #atMs: number
  #badAtMs: number[] = []
  #refusedAtMs: number[] = []

  constructor(limits: Pick<Limits, 'burst' | 'perSecond'>, nowMs: number) {
    this.#limits = limits
    this.#tokens = limits.burst
    this.#atMs = nowMs
  }

  /** 0 when the frame may pass, else how long to wait until it could. */
  take(cost: number, nowMs: number): number {
    const { burst, perSecond } = this.#limits
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#atMs) / 1000) * perSecond)
    this.#atMs = nowMs
    // A hello must be possible where the whole burst is smaller than its cost.
    const price = Math.min(cost, burst)
    if (this.#tokens < price) return Math.ceil(((price - this.#tokens) / perSecond) * 1000)
    this.#tokens -= price
    return 0
  }

  /** The process slept: what it counted is forgotten, bad frames are not. */
  forget(nowMs: number): void {
    this.#tokens = this.#limits.burst
    this.#atMs = nowMs
    this.#refusedAtMs = []
  }

  /** @returns true at the refusal that closes with 4429 */
  refused(nowMs: number): boolean {
    this.#refusedAtMs = this.#refusedAtMs.filter((atMs) => nowMs - atMs <= REFUSALS.withinMs)
    this.#refusedAtMs.push(nowMs)
    return this.#refusedAtMs.length > REFUSALS.most
  }

  /** @returns true at the bad frame that closes with 4400 */
  bad(nowMs: number): boolean {
    this.#badAtMs = this.#badAtMs.filter((atMs) => nowMs - atMs < BAD_FRAMES.withinMs)
    this.#badAtMs.push(nowMs)
    return this.#badAtMs.length >= BAD_FRAMES.most
  }
}
