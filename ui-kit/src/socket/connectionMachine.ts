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

interface Held {
  /** failures since the line was last good for 10 s; the first is the loss itself */
  attempt: number
  /** closes that asked for a fresh ticket, in a row */
  refused: number
  dialledAtMs: number
  /** since when messages don't travel; absent while live */
  downSinceMs?: number
  close?: LineClose
  /** when the next `tick` has something to do */
  dueMs: number
}

export type LineState = Held &
  (
    | { phase: 'connecting' | 'syncing' | 'ended' }
    | { phase: 'live'; liveSinceMs: number; isPinged: boolean }
    /** `earliestMs`: no hint of the page brings the attempt before it */
    | { phase: 'waiting' | 'paused'; earliestMs: number }
  )

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

export function firstState(nowMs: number): LineState {
  return {
    phase: 'ended',
    attempt: 0,
    refused: 0,
    dialledAtMs: -Infinity,
    downSinceMs: nowMs,
    dueMs: Infinity,
  }
}

export function step(state: LineState, event: LineEvent, at: Moment, policy: LinePolicy): Step {
  switch (event.type) {
    case 'opened':
      return [state.phase === 'connecting' ? { ...state, phase: 'syncing' } : state]
    case 'ready':
      return state.phase === 'syncing' ? [live(state, at, policy)] : [state]
    case 'received':
      return state.phase === 'live' ? [heard(state, at, policy)] : [state]
    case 'lost':
      return lost(state, event.close, event.action, at, policy)
    case 'tick':
      return at.nowMs < state.dueMs ? [state] : due(state, at, policy)
    case 'network':
      return hint(state, event.event, at, policy)
    case 'reconnect':
      return dial(
        { ...held(state, at), refused: 0, ...(state.phase === 'ended' && { attempt: 0 }) },
        at,
        policy,
      )
    case 'disconnect':
      return [{ ...held(state, at), phase: 'ended', dueMs: Infinity }, 'drop']
  }
}

/** What a new phase takes over from any other. */
function held(state: LineState, at: Moment): Held {
  const { attempt, refused, dialledAtMs, close, dueMs } = state
  return {
    attempt,
    refused,
    dialledAtMs,
    dueMs,
    downSinceMs: state.downSinceMs ?? at.nowMs,
    ...(close && { close }),
  }
}

function dial(from: Held, at: Moment, policy: LinePolicy): Step {
  const dueMs = at.nowMs + policy.connectTimeoutMs
  return [{ ...from, phase: 'connecting', dialledAtMs: at.nowMs, dueMs }, 'drop', 'dial']
}

function live(state: LineState, at: Moment, policy: LinePolicy): LineState {
  const { attempt, refused, dialledAtMs, close } = state
  return heard(
    {
      phase: 'live',
      attempt,
      refused,
      dialledAtMs,
      ...(close && { close }),
      liveSinceMs: at.nowMs,
      isPinged: false,
      dueMs: Infinity,
    },
    at,
    policy,
  )
}

/** Any frame is life, not only the answer to a ping. */
function heard(
  state: LineState & { phase: 'live' },
  at: Moment,
  { heartbeat }: LinePolicy,
): LineState {
  return heartbeat ? { ...state, isPinged: false, dueMs: at.nowMs + heartbeat.intervalMs } : state
}

function due(state: LineState, at: Moment, policy: LinePolicy): Step {
  switch (state.phase) {
    case 'connecting':
    case 'syncing':
      return gaveUp(state, `not ready within ${policy.connectTimeoutMs} ms`, at, policy)
    case 'live':
      return state.isPinged
        ? gaveUp(state, 'no answer to a ping', at, policy)
        : ping(state, policy.heartbeat?.timeoutMs ?? Infinity, at)
    case 'waiting':
      return canDial(at) ? dial(held(state, at), at, policy) : [paused(state, at, policy)]
    case 'paused':
      return dial(held(state, at), at, policy)
    case 'ended':
      return [state]
  }
}

const gaveUp = (state: LineState, reason: string, at: Moment, policy: LinePolicy) =>
  lost(state, { code: 0, reason }, 'retry', at, policy)

/** The answer's time runs from here, however late a sleeping page came to send it. */
const ping = (state: LineState & { phase: 'live' }, timeoutMs: number, at: Moment): Step => [
  { ...state, isPinged: true, dueMs: at.nowMs + timeoutMs },
  'ping',
]

function lost(
  state: LineState,
  close: LineClose,
  action: CloseAction,
  at: Moment,
  policy: LinePolicy,
): Step {
  const isStable = state.phase === 'live' && at.nowMs - state.liveSinceMs >= STABLE_MS
  const attempt = isStable ? 1 : state.attempt + 1
  const refused = action === 'refresh' ? (isStable ? 1 : state.refused + 1) : 0
  const next: Held = { ...held(state, at), attempt, refused, close }
  if (action === 'final' || action === 'bug' || refused === 3)
    return [{ ...next, phase: 'ended', dueMs: Infinity }, 'drop']
  if (refused === 1) return dial(next, at, policy)

  const hintMs = action === 'slow' ? closeWaitMs(close.reason) : 0
  const { maxMs } = policy.backoff
  const waitMs =
    action === 'slow'
      ? hintMs +
        backoffMs(attempt + 3, at.draw, { ...policy.backoff, maxMs: Math.max(hintMs, maxMs) })
      : backoffMs(attempt - 1, at.draw, policy.backoff)
  const waiting: LineState = {
    ...next,
    phase: 'waiting',
    earliestMs: at.nowMs + hintMs,
    dueMs: at.nowMs + waitMs,
  }
  return [canDial(at) ? waiting : paused(waiting, at, policy), 'drop']
}

const canDial = (at: Moment) => at.isOnline && at.isVisible

/** `isOnline` may be wrong, so a visible page goes on trying at the slowest pace. */
const paused = (
  state: LineState & { phase: 'waiting' | 'paused' },
  at: Moment,
  { backoff }: LinePolicy,
): LineState => ({
  ...state,
  phase: 'paused',
  dueMs: Math.max(state.earliestMs, at.nowMs + (at.isVisible ? backoff.maxMs : HIDDEN_RETRY_MS)),
})

function hint(state: LineState, event: NetworkEvent, at: Moment, policy: LinePolicy): Step {
  if (state.phase === 'ended') return [state]
  // A page that holds a socket can't go into the back/forward cache.
  if (event === 'pagehide') {
    const left: LineState = { ...held(state, at), phase: 'paused', earliestMs: 0 }
    return [paused(left, at, policy), 'drop']
  }
  switch (state.phase) {
    case 'waiting':
    case 'paused': {
      if (!canDial(at)) return [state.phase === 'paused' ? state : paused(state, at, policy)]
      const soonMs = Math.max(
        at.nowMs + at.draw * HINT_SPREAD_MS,
        state.dialledAtMs + HINT_GAP_MS,
        state.earliestMs,
      )
      const dueMs = state.phase === 'paused' ? soonMs : Math.min(state.dueMs, soonMs)
      return [{ ...state, phase: 'waiting', dueMs }]
    }
    case 'live':
      return policy.heartbeat && event !== 'hidden' ? ping(state, PROBE_MS, at) : [state]
    default:
      // A dial that began before the network came back may hang until its budget ends.
      return event === 'online' && at.nowMs - state.dialledAtMs > HINT_GAP_MS
        ? dial(held(state, at), at, policy)
        : [state]
  }
}
