/** Time as something that can be passed in: the platform's, or one that a test moves by hand. */
export interface Clock {
  /** milliseconds; monotonic, so a jump of the wall clock is no event */
  now(): number
  setTimeout(run: () => void, delayMs: number): unknown
  clearTimeout(handle: unknown): void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (handle) => clearTimeout(handle as number),
}
