/** The surface of `@session-kit/ui-kit/session`: a session without React. */

export { createSession } from './createSession.ts'
export type { TabLocks } from './createTabs.ts'
export type { Schedule } from './frameSchedule.ts'
export type { KeepStorage } from './keep.ts'
export * from './Session.ts'
export type { SessionOptions } from './SessionOptions.ts'
