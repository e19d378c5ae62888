/**
 * Chance that repeats: the same seed gives the same numbers, on every machine.
 *
 * A 32-bit counter with a mixing function behind it; good enough to spread faults
 * and delays, unfit for secrets.
 */

/** @returns a function with the shape of `Math.random`: numbers from 0, below 1 */
export function createSeed(seed: number): () => number {
  let counter = seed | 0
  return () => {
    counter = (counter + 0x9e3779b9) | 0
    let bits = counter
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    bits ^= bits >>> 16
    return (bits >>> 0) / 0x1_0000_0000
  }
}
