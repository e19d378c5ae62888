/** The surface of `@session-kit/ui-kit/session`: a session without React. */

export type {
  AppTypes,
  BroadcastOf,
  DataPartOf,
  MessageOf,
  MetaOf,
  PartOf,
  PeerOf,
  PeerStateOf,
  PresenceOf,
  ToolPartOf,
  UserPartOf,
} from './AppTypes.ts'
export { createSession } from './createSession.ts'
export type { TabLocks } from './createTabs.ts'
export { type FetchSessionOptions, fetchSession } from './fetchSession.ts'
export type { Schedule } from './frameSchedule.ts'
export type { InitialSession } from './InitialSession.ts'
export type { KeepStorage } from './keep.ts'
export * from './Session.ts'
export type { SessionOptions } from './SessionOptions.ts'
