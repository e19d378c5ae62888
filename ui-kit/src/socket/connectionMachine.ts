/**
 * What a line does next: (state, event) becomes a state and effects.
 *
 * Pure. One tagged state, one due time; time, chance and what the page is doing
 * come in with every step. Knows nothing of sockets, timers or the text they carry.
 * Which socket an event belongs to is the shell's business (createLine.ts).
 */

import { type CloseAction, closeWaitMs } from '../protocol/closeCodes.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import type { NetworkEvent } from './networkSignals.ts'

/**
 * - `connecting`: dialling; `attempt` is 0 for the first time
 * - `syncing`: the socket is open, the layer above has not yet said that it is ready
 * - `live`: messages travel
 * - `waiting`: the line was lost, the next attempt is at `retryAtMs`
 * - `paused`: hidden or offline; an attempt follows when that ends
 * - `ended`: final close code or closed by this side; `reconnect()` starts again
 */
export type ConnectionPhase = 'connecting' | 'syncing' | 'live' | 'waiting' | 'paused' | 'ended'

/** `code` 0: this side gave the socket up, and `reason` says why. */
export interface LineClose {
  code: number
  reason: string
}

/** One record, read by its phase. */
export interface LineState {
  phase: ConnectionPhase
  /** failures since the line was last good for 10 s; the first is the loss itself */
  attempt: number
  /** closes that asked for a fresh ticket, in a row */
  refused: number
  dialledAtMs: number
  /** `live`: since when */
  liveSinceMs: number
  /** `live`: a ping is unanswered */
  isPinged: boolean
  /** `waiting`, `paused`: no hint of the page brings the attempt before it */
  earliestMs: number
  /** since when somebody who looks can see that messages don't travel; undefined while live */
  downSinceMs: number | undefined
  /** how the last socket ended */
  close: LineClose | undefined
  /** when the next `tick` has something to do */
  dueMs: number
}

export type LineEvent =
  | { type: 'opened' | 'ready' | 'received' | 'tick' | 'reconnect' | 'disconnect' }
  | { type: 'lost'; close: LineClose; action: CloseAction }
  | { type: 'network'; event: NetworkEvent }

export type LineEffect = 'dial' | 'drop' | 'ping'

/** What a step may look at besides the state. */
export interface Moment {
  nowMs: number
  /** from 0 to below 1 */
  draw: number
  isOnline: boolean
  isVisible: boolean
  /** lines that may be lost together with this one, itself included */
  crowd: number
}

export interface LinePolicy {
  backoff: Backoff
  /** one budget for the url, the handshake and, in the layer above, for getting ready */
  connectTimeoutMs: number
  heartbeat?: { intervalMs: number; timeoutMs: number } | undefined
}

type Step = [state: LineState, ...effects: LineEffect[]]

/** A line that stayed ready for this long starts its backoff anew. */
const STABLE_MS = 10_000
/** A probe after a hint of the page is answered within this time. */
const PROBE_MS = 3_000
/** A hidden page dials no more often than this. */
const HIDDEN_RETRY_MS = 300_000
/** Hints of the page lead to one attempt within this time. */
const HINT_GAP_MS = 1_000
const HINT_SPREAD_MS = 250

export const FIRST_STATE: LineState = {
  phase: 'ended',
  attempt: 0,
  refused: 0,
  dialledAtMs: -Infinity,
  liveSinceMs: 0,
  isPinged: false,
  earliestMs: 0,
  downSinceMs: undefined,
  close: undefined,
  dueMs: Infinity,
}

export function step(state: LineState, event: LineEvent, at: Moment, policy: LinePolicy): Step {
  const { phase } = state
  const { nowMs } = at
  switch (event.type) {
    case 'opened':
      return [{ ...state, phase: 'syncing' }]
    case 'ready':
      return phase === 'syncing'
        ? [
            heard(
              { ...state, phase: 'live', liveSinceMs: nowMs, downSinceMs: undefined },
              at,
              policy,
            ),
          ]
        : [state]
    case 'received':
      return [phase === 'live' ? heard(state, at, policy) : state]
    case 'lost':
      return lost(state, event.close, event.action, at, policy)
    case 'tick':
      return nowMs < state.dueMs ? [state] : due(state, at, policy)
    case 'network':
      return phase === 'ended' ? [state] : hint(state, event.event, at, policy)
    case 'reconnect':
      return dial(
        { ...state, refused: 0, attempt: phase === 'ended' ? 0 : state.attempt },
        at,
        policy,
      )
    case 'disconnect':
      return end(down(state, at))
  }
}

/** Messages don't travel from here on, or since before; what nobody sees counts from the first look. */
const down = (state: LineState, { nowMs, isVisible }: Moment): LineState => ({
  ...state,
  downSinceMs: state.downSinceMs ?? (isVisible ? nowMs : undefined),
})

const end = (state: LineState): Step => [{ ...state, phase: 'ended', dueMs: Infinity }, 'drop']

const dial = (state: LineState, at: Moment, { connectTimeoutMs }: LinePolicy): Step => [
  {
    ...down(state, at),
    phase: 'connecting',
    dialledAtMs: at.nowMs,
    dueMs: at.nowMs + connectTimeoutMs,
  },
  'drop',
  'dial',
]

/** Any frame is life, not only the answer to a ping. */
const heard = (state: LineState, { nowMs }: Moment, { heartbeat }: LinePolicy): LineState => ({
  ...state,
  isPinged: false,
  dueMs: heartbeat ? nowMs + heartbeat.intervalMs : Infinity,
})

/** The answer's time runs from here, however late a sleeping page came to send it. */
const ping = (state: LineState, timeoutMs: number, { nowMs }: Moment): Step => [
  { ...state, isPinged: true, dueMs: nowMs + timeoutMs },
  'ping',
]

function due(state: LineState, at: Moment, policy: LinePolicy): Step {
  const { phase } = state
  if (phase === 'paused' || (phase === 'waiting' && canDial(at))) return dial(state, at, policy)
  if (phase === 'waiting') return [paused(state, at, policy)]
  if (phase === 'live' && !state.isPinged && policy.heartbeat)
    return ping(state, policy.heartbeat.timeoutMs, at)
  return lost(state, { code: 0, reason: 'no answer in time' }, 'retry', at, policy)
}

function lost(
  state: LineState,
  close: LineClose,
  action: CloseAction,
  at: Moment,
  policy: LinePolicy,
): Step {
  const { backoff } = policy
  const { nowMs, draw, crowd } = at
  const isStable = state.phase === 'live' && nowMs - state.liveSinceMs >= STABLE_MS
  const attempt = isStable ? 1 : state.attempt + 1
  const refused = action !== 'refresh' ? 0 : isStable ? 1 : state.refused + 1
  const next = { ...down(state, at), attempt, refused, close }
  if (action === 'final' || action === 'bug' || refused === 3) return end(next)
  if (refused === 1) return dial(next, at, policy)

  let earliestMs = nowMs
  let waitMs = backoffMs(attempt - 1, draw, backoff, crowd)
  if (action === 'slow') {
    const hintMs = closeWaitMs(close.reason)
    earliestMs += hintMs
    const slow = { ...backoff, maxMs: Math.max(hintMs, backoff.maxMs) }
    waitMs = backoffMs(attempt + 3, draw, slow, crowd)
  }
  const waiting: LineState = { ...next, phase: 'waiting', earliestMs, dueMs: earliestMs + waitMs }
  return [canDial(at) ? waiting : paused(waiting, at, policy), 'drop']
}

const canDial = (at: Moment) => at.isOnline && at.isVisible

/** `isOnline` may be wrong, so a visible page goes on trying at the slowest pace. */
const paused = (
  state: LineState,
  { nowMs, isVisible }: Moment,
  { backoff }: LinePolicy,
): LineState => ({
  ...state,
  phase: 'paused',
  dueMs: Math.max(state.earliestMs, nowMs + (isVisible ? backoff.maxMs : HIDDEN_RETRY_MS)),
})

function hint(state: LineState, event: NetworkEvent, at: Moment, policy: LinePolicy): Step {
  const { phase, dialledAtMs } = state
  const isIdle = phase === 'waiting' || phase === 'paused'
  // A page that holds a socket can't go into the back/forward cache.
  if (event === 'pagehide')
    return [paused({ ...state, earliestMs: isIdle ? state.earliestMs : 0 }, at, policy), 'drop']
  if (phase === 'live') {
    if (!policy.heartbeat || event === 'hidden') return [state]
    return ping(state, PROBE_MS, at)
  }
  if (isIdle) {
    // Whoever comes back to the page counts anew: an attempt follows at once.
    const isBack = phase === 'paused' && (event === 'visible' || event === 'pageshow')
    const seen = down(isBack ? { ...state, downSinceMs: undefined } : state, at)
    if (!canDial(at)) return [phase === 'paused' ? seen : paused(seen, at, policy)]
    const soonMs = Math.max(
      at.nowMs + at.draw * HINT_SPREAD_MS,
      dialledAtMs + HINT_GAP_MS,
      state.earliestMs,
    )
    const dueMs = phase === 'paused' ? soonMs : Math.min(state.dueMs, soonMs)
    return [{ ...seen, phase: 'waiting', dueMs }]
  }
  // A dial that began before the network came back may hang until its budget ends.
  return event === 'online' && at.nowMs - dialledAtMs > HINT_GAP_MS
    ? dial(state, at, policy)
    : [down(state, at)]
}
