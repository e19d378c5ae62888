/**
 * What a line does next: (state, event) becomes a state.
 *
 * Pure. One tagged state, one due time; time, chance, what the page is doing and when
 * the socket last bore a frame come in with every step. Knows nothing of sockets, timers
 * or the text they carry. Which socket an event belongs to is the shell's business
 * (createLine.ts).
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
  /** changes with every dial and every loss: what belongs to an older one is let go of */
  generation: number
  /** failures since the line was last good for 10 s; the first is the loss itself */
  attempt: number
  /** closes that asked for a fresh ticket, in a row */
  refused: number
  /** `live`: since when; else when it was last dialled, or last became live */
  sinceMs: number
  /** when the last ping was due; a later one is sent */
  pingedMs: number
  /** `waiting`, `paused`: no hint of the page brings the attempt before it */
  earliestMs: number
  /** since when somebody who looks can see that messages don't travel; undefined while none do */
  downSinceMs?: number | undefined
  /** how the last socket ended */
  close?: LineClose | undefined
  /** when the next `tick` has something to do */
  dueMs: number
}

export interface LineLoss extends LineClose {
  action: CloseAction
}

export type LineEvent =
  | 'opened'
  | 'ready'
  | 'tick'
  | 'reconnect'
  | 'disconnect'
  | NetworkEvent
  | LineLoss

export interface LinePolicy {
  backoff: Backoff
  /** one budget for the url, the handshake and, in the layer above, for getting ready */
  connectTimeoutMs: number
  /** `intervalMs` is Infinity where nothing may be sent that nobody asked for */
  heartbeat: { intervalMs: number; timeoutMs: number }
}

/** What a step may look at besides the state. */
export interface Moment extends LinePolicy {
  nowMs: number
  /** from 0 to below 1 */
  draw: number
  isOnline: boolean
  isVisible: boolean
  /** lines that may be lost together with this one, itself included */
  crowd: number
  /** when this socket was opened, or last gave a frame; any frame is life, not only a pong */
  heardMs: number
  /** when this socket was opened, or was last given a frame */
  sentMs: number
}

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
  generation: 0,
  attempt: 0,
  refused: 0,
  sinceMs: -Infinity,
  pingedMs: 0,
  earliestMs: 0,
  dueMs: Infinity,
}

export const isIdle = ({ phase }: LineState) => phase === 'waiting' || phase === 'paused'

export function step(before: LineState, event: LineEvent, moment: Moment): LineState {
  // A page says that it goes while it is still visible.
  const isVisible = moment.isVisible && event !== 'pagehide'
  const at = { ...moment, isVisible }
  const state = react(before, event, at)
  const isSeen = isVisible && state.phase !== 'live'
  return { ...state, downSinceMs: isSeen ? (state.downSinceMs ?? at.nowMs) : undefined }
}

function react(state: LineState, event: LineEvent, at: Moment): LineState {
  if (typeof event === 'object') return lost(state, event, at)
  const isEnded = state.phase === 'ended'
  switch (event) {
    case 'reconnect':
      return dial({ ...state, refused: 0, attempt: isEnded ? 0 : state.attempt }, at)
    case 'disconnect':
      return turn(state, 'ended', Infinity)
    case 'opened':
      return { ...state, phase: 'syncing' }
    case 'ready':
      return state.phase === 'syncing' ? alive({ ...state, sinceMs: at.nowMs }, at) : state
    case 'tick':
      return at.nowMs < state.dueMs ? state : due(state, at)
    default:
      return isEnded ? state : hint(state, event, at)
  }
}

/** Whatever comes next, it has nothing to do with the socket before. */
const turn = (state: LineState, phase: ConnectionPhase, dueMs: number): LineState => ({
  ...state,
  phase,
  dueMs,
  generation: state.generation + 1,
})

const dial = (state: LineState, { nowMs, connectTimeoutMs }: Moment): LineState => ({
  ...turn(state, 'connecting', nowMs + connectTimeoutMs),
  sinceMs: nowMs,
  earliestMs: 0,
})

/** A hidden page tries rarely; `isOnline` may be wrong, so a visible one keeps the slowest pace. */
const rest = (state: LineState, dueMs: number, at: Moment): LineState =>
  at.isOnline && at.isVisible
    ? turn(state, 'waiting', dueMs)
    : turn(
        state,
        'paused',
        Math.max(state.earliestMs, at.nowMs + (at.isVisible ? at.backoff.maxMs : HIDDEN_RETRY_MS)),
      )

/** A line that is silent in one direction is asked in time: some relay may take it for dead. */
const alive = (state: LineState, { heardMs, sentMs, heartbeat }: Moment): LineState => ({
  ...state,
  phase: 'live',
  dueMs: Math.min(heardMs, sentMs) + heartbeat.intervalMs,
})

/** The answer's time runs from here, however late a sleeping page came to send it. */
const ping = (state: LineState, timeoutMs: number, { nowMs }: Moment): LineState => ({
  ...state,
  pingedMs: nowMs,
  dueMs: nowMs + timeoutMs,
})

function due(state: LineState, at: Moment): LineState {
  if (isIdle(state)) return dial(state, at)
  if (state.phase === 'live' && at.heardMs >= state.pingedMs) {
    const next = alive(state, at)
    return at.nowMs < next.dueMs ? next : ping(next, at.heartbeat.timeoutMs, at)
  }
  return lost(state, { code: 0, reason: 'no answer in time', action: 'retry' }, at)
}

function lost(state: LineState, close: LineLoss, at: Moment): LineState {
  const { nowMs, draw } = at
  const { action, reason } = close
  const isStable = state.phase === 'live' && nowMs - state.sinceMs >= STABLE_MS
  const { attempt, refused } = isStable ? FIRST_STATE : state
  const next = {
    ...state,
    close,
    attempt: attempt + 1,
    refused: action === 'refresh' ? refused + 1 : 0,
  }
  if (action === 'final' || action === 'bug' || next.refused === 3)
    return turn(next, 'ended', Infinity)
  if (next.refused === 1) return dial(next, at)

  const isSlow = action === 'slow'
  const hintMs = isSlow ? closeWaitMs(reason) : 0
  const waitMs = draw * hintMs + backoffMs(attempt + (isSlow ? 4 : 0), draw, at.backoff, at.crowd)
  const earliestMs = nowMs + hintMs
  return rest({ ...next, earliestMs }, earliestMs + waitMs, at)
}

function hint(state: LineState, event: NetworkEvent, at: Moment): LineState {
  const { nowMs } = at
  const soonestMs = state.sinceMs + HINT_GAP_MS
  // A page that holds a socket can't go into the back/forward cache.
  if (event === 'pagehide') return rest(state, 0, at)
  if (isIdle(state)) {
    const soonMs = Math.max(nowMs + at.draw * HINT_SPREAD_MS, soonestMs, state.earliestMs)
    return rest(state, state.phase === 'paused' ? soonMs : Math.min(state.dueMs, soonMs), at)
  }
  if (state.phase === 'live')
    return event === 'hidden' || state.dueMs === Infinity ? state : ping(state, PROBE_MS, at)
  // A dial that began before the network came back may hang until its budget ends.
  return event === 'online' && nowMs > soonestMs ? dial(state, at) : state
}
