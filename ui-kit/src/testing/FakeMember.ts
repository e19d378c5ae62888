/** One connection as the fake room knows it, and the way to say something to it. */

import { CLOSE, type Role, type ServerFrame, type User } from '../protocol/index.ts'
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

/** Unread bytes above which a connection gets no growing text, and nothing large that it asks for. */
const BEHIND_BYTES = 1_048_576
/** Unread bytes above which it is closed; it comes back by resume. */
const CLOSE_BYTES = 8 * 1_048_576

export const isBehind = ({ line }: FakeMember): boolean => line.unreadBytes > BEHIND_BYTES

/**
 * Who doesn't read isn't fed (W13).
 *
 * @param text the frame as JSON, for whoever tells it to many
 */
export function tell(
  member: FakeMember,
  frame: ServerFrame,
  text: string = JSON.stringify(frame),
): void {
  const { line } = member
  const grows = frame.type === 'delta' || frame.type === 'part'
  if (line.unreadBytes > CLOSE_BYTES) line.close(CLOSE.overloaded, 'slow_reader;5000')
  else if (!(grows && isBehind(member))) line.push(frame.type, text)
}
