/**
 * What a session shows before its first socket: what a server fetched for it, or nothing.
 *
 * Pure, so that a server, the render that hydrates and the session itself say the same.
 */

import type { Message } from '../protocol/index.ts'
import { NONE } from './createOutbox.ts'
import type { FeedMessage, SessionState } from './Session.ts'

/** The answer of `fetchSession`: plain JSON, so a server component can hand it to the browser. */
export interface InitialSession {
  /** Of another session, or of another user, it counts for nothing. */
  sessionId: string
  /** null where nobody has said anything yet */
  epoch: string | null
  head: number
  /** the newest ones, ascending pos */
  messages: readonly Message[]
  hasOlder: boolean
  /**
   * Who reads it, where that is known: their own rows stand as their own at once, and what a
   * ticket's bearer writes offline is theirs after a reload too.
   */
  userId?: string | undefined
}

interface Options {
  sessionId: string
  userId?: string | undefined
  initial?: InitialSession | undefined
}

const NO_ROWS: readonly FeedMessage[] = []

export const initialOf = ({
  initial,
  sessionId,
  userId = initial?.userId,
}: Options): InitialSession | undefined =>
  initial && initial.sessionId === sessionId && (initial.userId ?? userId) === userId
    ? initial
    : undefined

/** Who it is by the page's word. */
export const saidUser = (options: Options): string | undefined =>
  options.userId ?? initialOf(options)?.userId

/** The rows as they stand while nobody but `userId` is known. */
export function initialRows(options: Options): readonly FeedMessage[] {
  const { messages = [] } = initialOf(options) ?? {}
  const userId = saidUser(options)
  if (messages.length === 0) return NO_ROWS
  return messages.map((message) => ({
    ...message,
    key: (message.author.id === userId && message.cid) || message.id,
    delivery: 'stored',
  }))
}

export function initialState(options: Options): SessionState {
  const initial = initialOf(options)
  const rows = initialRows(options)
  return {
    status: 'connecting',
    connection: { phase: 'connecting', attempt: 0 },
    agent: { state: 'idle' },
    keys: rows.length > 0 ? rows.map(({ key }) => key) : NONE,
    history: { phase: initial ? 'idle' : 'none', hasOlder: initial?.hasOlder ?? false },
    peers: [],
    connections: 0,
    outbox: NONE,
    unread: { count: 0 },
  }
}
