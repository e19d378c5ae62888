/** The surface of `@session-kit/ui-kit/session`: a session without React. */

export { createSession, type SessionOptions } from './createSession.ts'
export type { Schedule } from './frameSchedule.ts'
export type { KeepStorage } from './keep.ts'
export * from './Session.ts'
