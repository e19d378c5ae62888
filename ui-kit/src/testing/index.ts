/** The surface of `@session-kit/ui-kit/testing`: public doubles for unit tests and stories. */

export { createManualClock, type ManualClock } from './createManualClock.ts'
export { createSeed } from './createSeed.ts'
