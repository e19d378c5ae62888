/**
 * What to say about a connection: (connection, time) becomes a view.
 *
 * Pure. A blip is passed over in silence, so that a healthy line with a hiccup
 * doesn't blink.
 */

import type { Connection } from '../../session/Session.ts'

/** A loss shorter than this is not shown, ms. */
const BLIP_MS = 1_500
/** From here on the connection counts as lost, ms. */
const LOST_MS = 5_000

export interface StatusView {
  view: 'connecting' | 'live' | 'reconnecting' | 'lost' | 'paused' | 'ended'
  /** whole seconds to the next attempt; only while `lost`, and absent during the attempt */
  retryInS?: number
  /** why it ended, when somebody said */
  reason?: string
}

export interface TimedView {
  view: StatusView
  /** when to look again, though nothing happens; ms from now */
  againInMs?: number
}

/** What was on show before: `never` live, live, or that it is down after it was live. */
export type Before = 'never' | 'live' | 'down'

export function statusView(connection: Connection, nowMs: number, before: Before): TimedView {
  const { phase, retryAtMs, close } = connection
  if (phase === 'live') return { view: { view: 'live' } }
  if (phase === 'ended')
    return { view: { view: 'ended', ...(close?.reason && { reason: close.reason }) } }

  // Lost out of sight: whoever comes back first sees a blip.
  if (before === 'live' && connection.downSinceMs === undefined) return { view: { view: 'live' } }
  const downMs = nowMs - (connection.downSinceMs ?? nowMs)
  if (before === 'live' && downMs < BLIP_MS)
    return { view: { view: 'live' }, againInMs: BLIP_MS - downMs }
  if (phase === 'paused') return { view: { view: 'paused' } }
  if (downMs < LOST_MS)
    return {
      view: { view: before === 'never' ? 'connecting' : 'reconnecting' },
      againInMs: LOST_MS - downMs,
    }
  if (phase !== 'waiting' || retryAtMs === undefined || retryAtMs <= nowMs)
    return { view: { view: 'lost' } }
  const leftMs = retryAtMs - nowMs
  return {
    view: { view: 'lost', retryInS: Math.ceil(leftMs / 1_000) },
    againInMs: leftMs % 1_000 || 1_000,
  }
}
