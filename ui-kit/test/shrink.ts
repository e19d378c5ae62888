/** Takes steps out of a schedule for as long as the same rule breaks: what is left is why. */

import { play, type Step } from './play.ts'

const ruleOf = (error: unknown): string =>
  String((error as { rule?: string }).rule ?? (error as Error).message)

export interface Shrunk {
  fewer: readonly Step[]
  /** why these few steps fail */
  reason: unknown
}

export async function shrink(
  seed: number,
  steps: readonly Step[],
  failure: unknown,
): Promise<Shrunk> {
  let found: Shrunk = { fewer: steps, reason: failure }
  const rule = ruleOf(failure)

  async function stillFails(fewer: readonly Step[]): Promise<boolean> {
    try {
      await play(seed, fewer)
    } catch (error) {
      if (ruleOf(error) !== rule) return false
      found = { fewer, reason: error }
      return true
    }
    return false
  }

  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size > 1 ? size >> 1 : 0)
    for (let at = found.fewer.length - size; at >= 0; at -= size)
      await stillFails(found.fewer.toSpliced(at, size))
  return found
}
