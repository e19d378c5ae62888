/**
 * What is wrong with a network right now, and how often it has hit.
 *
 * Each question that has the answer yes is counted, so a random run can show that it
 * met every kind. Knows frames by their `type` only.
 */

import type { ClientFrame, ServerFrame } from '../protocol/index.ts'

export interface FaultCounts {
  dropped: number
  refused: number
  stalled: number
  swallowed: number
  lost: number
  ignored: number
  duplicated: number
  reordered: number
}

/** Frames that a live socket carries unasked; only these change places. */
const LIVE: readonly string[] = ['msg', 'delta', 'part']

export class NetworkFaults {
  readonly counts: FaultCounts = {
    dropped: 0,
    refused: 0,
    stalled: 0,
    swallowed: 0,
    lost: 0,
    ignored: 0,
    duplicated: 0,
    reordered: 0,
  }
  isHalfOpen = false
  isOffline = false
  isDuplicating = false
  isReordering = false
  /** attempts still to be refused */
  refusals = 0
  /** upgrades still to be left without an answer */
  stallings = 0
  delay = { ms: 0, jitterMs: 0 }
  bytesPerSecond = Number.POSITIVE_INFINITY
  readonly #lose = new Map<string, number>()
  readonly #ignore = new Map<string, number>()
  readonly #duplicate = new Map<string, number>()

  loseNext(type: ServerFrame['type'], count: number): void {
    this.#lose.set(type, count)
  }

  ignoreNext(type: ClientFrame['type'], count: number): void {
    this.#ignore.set(type, count)
  }

  duplicateNext(type: ServerFrame['type'], count: number): void {
    this.#duplicate.set(type, count)
  }

  refuses(): boolean {
    if (this.isOffline) return this.#hit('refused')
    if (this.refusals === 0) return false
    this.refusals -= 1
    return this.#hit('refused')
  }

  stalls(): boolean {
    if (this.stallings === 0) return false
    this.stallings -= 1
    return this.#hit('stalled')
  }

  swallows(): boolean {
    return this.isHalfOpen && this.#hit('swallowed')
  }

  loses(type: string): boolean {
    return takeOne(this.#lose, type) && this.#hit('lost')
  }

  ignores(type: string): boolean {
    return takeOne(this.#ignore, type) && this.#hit('ignored')
  }

  doubles(type: string): boolean {
    const always = this.isDuplicating && (LIVE.includes(type) || type === 'ack')
    return (takeOne(this.#duplicate, type) || always) && this.#hit('duplicated')
  }

  /** Counted by the caller, once a frame has really overtaken. */
  reorders(type: string, random: () => number): boolean {
    return this.isReordering && LIVE.includes(type) && random() < 0.5
  }

  #hit(kind: keyof FaultCounts): true {
    this.counts[kind] += 1
    return true
  }
}

function takeOne(counts: Map<string, number>, type: string): boolean {
  const left = counts.get(type) ?? 0
  if (left > 0) counts.set(type, left - 1)
  return left > 0
}
