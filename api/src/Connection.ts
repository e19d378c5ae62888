/**
 * One socket of the session, as the rules see it.
 *
 * Everything in `kept` lies in the socket's attachment and so outlives the
 * object's memory (W15); what may be forgotten after ten idle seconds is kept
 * elsewhere. Knows no Cloudflare type.
 */

import type { Role, User } from '@session-kit/ui-kit/protocol'

/**
 * - `raw`: open, no hello yet; gets echoes and answers
 * - `live`: said hello; gets everything
 * - `closed`: closing, and its leave was announced
 */
export type Phase = 'raw' | 'live' | 'closed'

/** The wire form of an attachment: at most 16 KiB, and older ones must stay readable. */
export interface Kept {
  v: 1
  id: string
  session: string
  user: User
  role: Role
  /** ms since 1970; absent for guests */
  expiresAtMs?: number
  /** ms since 1970 when it was let in; absent in attachments of older versions */
  sinceMs?: number
  phase: Phase
  /** ms since 1970; of one whose phase is `closed` */
  closedAtMs?: number
  /** it said something before a hello, other than pings that the runtime answers */
  heard?: true
  /** takes arrays of frames */
  batch: boolean
  /** holds the list of peers, and so hears who comes and goes */
  listed: boolean
  state: Record<string, unknown>
  /** cid that must come again before later sends are taken (W12) */
  awaiting?: string | undefined
  /** when its last bad frames came, ms since 1970 (W11) */
  badAtMs: number[]
}

export interface Connection {
  readonly kept: Readonly<Kept>
  /** frames since the object last woke, and how many of them were refused */
  readonly counts: { frames: number; refused: number }
  keep(change: Partial<Kept>): void
  /** throws when the socket is gone */
  send(text: string): void
  /** never throws */
  close(code: number, reason: string): void
  /** bytes handed over and not yet sent; 0 where the runtime doesn't tell */
  readonly bufferedBytes: number
  /** The runtime has answered a ping of it, without waking the session. */
  readonly hasPinged: boolean
}

/** Whoever pings does so more often, and a close is answered in far less. */
const PATIENCE_MS = 60_000

/**
 * Nothing was ever heard of it, for a minute. It may be somebody who only listens, or a line that
 * broke while it opened: of those the runtime tells nothing, and it lists them for good.
 */
export const isSilent = ({ kept, hasPinged }: Connection, nowMs: number): boolean =>
  kept.phase === 'raw' &&
  !kept.heard &&
  kept.sinceMs !== undefined &&
  kept.sinceMs <= nowMs - PATIENCE_MS &&
  !hasPinged

/** It was closed a minute ago, and may never answer. */
export const isOver = ({ kept }: Connection, nowMs: number): boolean =>
  kept.phase === 'closed' && (kept.closedAtMs ?? 0) <= nowMs - PATIENCE_MS
