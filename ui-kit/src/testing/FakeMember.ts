/** One connection as the fake room knows it, and the way to say something to it. */

import type { Role, ServerFrame, User } from '../protocol/index.ts'
import type { FakeGate } from './FakeGate.ts'
import type { FakeLine } from './FakeWire.ts'

export interface FakeMember {
  conn: string
  user: User
  role: Role
  line: FakeLine
  gate: FakeGate
  /** said hello */
  isJoined?: boolean
  /** ms since 1970 after which nothing is taken or given any more (W16) */
  expiresAtMs?: number
  /** the cid of a retryable nack: until it comes again, nothing overtakes it (W12) */
  blockedBy?: string
}

/** @param text the frame as JSON, for whoever tells it to many */
export function tell(
  { line }: FakeMember,
  frame: ServerFrame,
  text: string = JSON.stringify(frame),
): void {
  line.push(frame.type, text)
}
