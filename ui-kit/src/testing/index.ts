/** The surface of `@session-kit/ui-kit/testing`: public doubles for unit tests and stories. */

export { assertNoGaps, GapError, type NoGapsOptions } from './assertNoGaps.ts'
export type { FakeNetwork } from './createFakeNetwork.ts'
export { createFakeServer, type FakeServer, type FakeServerOptions } from './createFakeServer.ts'
export type { FakeSession, HistoryEntry } from './createFakeSession.ts'
export type { FakeTicketClaims } from './createFakeTicket.ts'
export type {
  FakeCloseEvent,
  FakeMessageEvent,
  FakeWebSocket,
  FakeWebSocketClass,
} from './createFakeWebSocketClass.ts'
export { createManualClock, type ManualClock } from './createManualClock.ts'
export { createSeed } from './createSeed.ts'
export type { FakeAnswer, FakePace, FakeStream } from './FakePlayer.ts'
export type { FakeAgent } from './FakeTurns.ts'
export type { FrameEvent } from './FakeWire.ts'
export type { Admission } from './guestOf.ts'
export type { FaultCounts } from './NetworkFaults.ts'
export {
  type Announcement,
  type AnnouncementRecorder,
  recordAnnouncements,
} from './recordAnnouncements.ts'
