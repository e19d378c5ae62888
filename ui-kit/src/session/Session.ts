/**
 * What a session offers to the code that shows it: the promise as an interface.
 *
 * `createSession` makes one; hooks, components and tests know only this file.
 * Knows no React, no socket and no window.
 */

import type { StoreApi } from 'zustand/vanilla'
import type { AgentStatus, Role, User } from '../protocol/index.ts'
import type { Connection } from '../socket/createLine.ts'
import type { SocketStatus } from '../socket/createReconnectingWebSocket.ts'

export type { ConnectionPhase } from '../socket/connectionMachine.ts'
export type { Connection } from '../socket/createLine.ts'
export type { SocketStatus } from '../socket/createReconnectingWebSocket.ts'

import type { Clock } from '../socket/Clock.ts'
import type {
  AppTypes,
  BroadcastOf,
  MessageOf,
  MetaOf,
  PeerOf,
  PresenceOf,
  UserPartOf,
} from './AppTypes.ts'

/**
 * - `queued`: in the outbox of this tab; survives a reload
 * - `sent`: handed to a socket, not yet answered
 * - `stored`: the server has it
 * - `failed`: refused, or held back; see `failure`
 */
export type Delivery = 'queued' | 'sent' | 'stored' | 'failed'

export interface Failure {
  /** a nack's code; from this side `other_identity`, `unknown_writer`, `not_kept`, `expired`, `too_large` */
  code: string
  message: string
}

export interface FeedMessage<App extends AppTypes = AppTypes> extends MessageOf<App> {
  /** never changes for a row: its cid if this author sent it, else its id */
  key: string
  delivery: Delivery
  failure?: Failure
}

export interface HistoryState {
  /** `none` until the first sync, where no `initial` was given */
  phase: 'none' | 'idle' | 'loading' | 'error'
  hasOlder: boolean
}

export interface SessionState<App extends AppTypes = AppTypes> {
  status: SocketStatus
  connection: Connection
  agent: AgentStatus
  /** keys in display order; the array changes only when rows come, go or move */
  keys: readonly string[]
  history: HistoryState
  /** who is here, this connection excluded; empty above `limits.peers` connections */
  peers: readonly PeerOf<App>[]
  /** all connections of the session, this one included; 0 before the first welcome */
  connections: number
  /** who the server says we are; absent before the first welcome, and undefined from a log-out on */
  you?: { conn: string; user: User; role: Role } | undefined
  /** cids not yet stored, in sending order */
  outbox: readonly string[]
  unread: { count: number; firstKey?: string }
}

/** What a person says. */
export interface Content<App extends AppTypes = AppTypes> {
  parts: UserPartOf<App>[]
  meta?: MetaOf<App>
}

export interface SendResult<App extends AppTypes = AppTypes> {
  cid: string
  /** settles with the server's word; rejects with a SessionError; a rejection is marked as handled */
  stored: Promise<MessageOf<App>>
}

/** @typeParam App the application's own types; nobody checks that what comes is what they say */
export interface Session<App extends AppTypes = AppTypes> {
  readonly sessionId: string
  /** What `retryAtMs` and `downSinceMs` are told by; whoever shows a countdown counts with it. */
  readonly clock: Clock
  readonly store: Pick<StoreApi<SessionState<App>>, 'getState' | 'getInitialState' | 'subscribe'>
  /**
   * Resolves after the first sync; rejects when the session ends before. A `reconnect()` after
   * that makes it another promise.
   */
  readonly ready: Promise<void>

  /** All rows in display order. Same array as long as no row changed. */
  getMessages(): readonly FeedMessage<App>[]
  getMessage(key: string): FeedMessage<App> | undefined
  /** The rows of `initial`, as a server showed them; beside `store.getInitialState()`. */
  getInitialMessages(): readonly FeedMessage<App>[]
  /** One row, without waking the others. Returns the unsubscribe. */
  subscribeMessage(key: string, listener: () => void): () => void
  /** Any row, or their order: at most once per commit. */
  subscribeMessages(listener: () => void): () => void

  /**
   * Say something. Works offline: the row shows at once, is kept over a reload, and
   * leaves, in order, after the next sync.
   * @throws SessionError `full`, `too_large`, `closed`, `empty`, `bad_content` (what a session
   * never takes, in words: 33 parts, 65 levels, data without a value), `bad_id` (`createId` gave
   * what is no cid); then nothing was queued
   */
  send(content: string | Content<App>): SendResult<App>
  /** Bytes that still fit beside this content; below 0 when `send` refuses it as `too_large`. */
  bytesLeft(content: string | Content<App>): number
  /** Send a failed row again under the same cid. */
  retry(cid: string): void
  /** Take an unstored row away. */
  discard(cid: string): void
  /**
   * A new answer to the message that the finished answer `id` belongs to. Resolves with that message;
   * rejects with `not_here` when it is stored, but in older history than is loaded.
   */
  again(id: string): SendResult<App>['stored']
  /** Stop the streaming answer `id`; without an id whatever is streaming. */
  cancel(id?: string): void
  /** Older history in front. Settles when shown, or rejects. */
  loadOlder(limit?: number): Promise<void>

  /** @throws SessionError `too_large`; `bad_content`: above 64 levels of nesting */
  setPresence(state: PresenceOf<App>): void
  setTyping(on: boolean): void
  /**
   * To every connection, unstored, as `echo`: now or never.
   * @returns false when it was dropped: the session isn't live, or more was said than
   * `welcome.limits` allows (20 at once and 10 a second by default, messages counted too)
   * @throws SessionError `too_large`, `reserved_type`, `not_json`; TypeError for a circle
   */
  broadcast(data: BroadcastOf<App>): boolean
  onBroadcast(listener: (data: BroadcastOf<App>, from: string) => void): () => void

  /**
   * What was typed here and not sent; survives a reload. Empty when there is nothing. An account's
   * shows in that account alone, so without `userId` after the first welcome.
   */
  getDraft(): string
  /** The field of a composer shows it, too. */
  setDraft(text: string): void
  /** Any change of it. Returns the unsubscribe. */
  subscribeDraft(listener: () => void): () => void

  markRead(): void
  /** An attempt now, always; unless the session's signal was aborted. */
  reconnect(): void
  /** Let go of the line; idempotent. The outbox stays for the next session. */
  close(): void
  /**
   * Log out: close, and wipe what this person saw of outbox and drafts of this session, and the
   * guest secret. What other accounts keep here waits for them; what a guest's page has unsent, and
   * an account was not shown, waits for that page, and its secret stays. Where the secret goes, a
   * guest's session in another tab ends with its next dial, so when the page comes back, too, or
   * begins as somebody new where no server knew it yet; a draft that stands in another tab goes
   * when that is looked at or left.
   */
  forget(): void
}

export class SessionError extends Error {
  override readonly name = 'SessionError'
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`session-kit: ${message}`, options)
    this.code = code
  }
}
