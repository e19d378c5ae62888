/** Time as something that can be passed in: the platform's, or one that a test moves by hand. */
export interface Clock {
  /** milliseconds; monotonic, so a jump of the wall clock is no event */
  now(): number
  /** What is asked for later than it can count may ring earlier. */
  setTimeout(run: () => void, delayMs: number): unknown
  clearTimeout(handle: unknown): void
}

/** Platforms count a delay in 31 bits, and take a longer one for none at all: 24 days. */
const LONGEST_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (run, delayMs) => setTimeout(run, Math.min(delayMs, LONGEST_MS)),
  clearTimeout: (handle) => clearTimeout(handle as number),
}
