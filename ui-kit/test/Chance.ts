/** Draws from a seed: the chance of one act, so that an act repeats wherever it stands. */

import { createSeed } from '@session-kit/ui-kit/testing'

export class Chance {
  readonly random: () => number

  constructor(seed: number) {
    this.random = createSeed(seed)
  }

  /** A whole number from 0, below `n`. */
  below(n: number): number {
    return Math.floor(this.random() * n)
  }

  /** True in `share` of all cases. */
  is(share: number): boolean {
    return this.random() < share
  }

  /** One of them; undefined when there is none. */
  of<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)]
  }
}
