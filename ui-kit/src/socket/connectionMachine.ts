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
import {
  FRAME_MS,
  HIDDEN_RETRY_MS,
  HINT_GAP_MS,
  HINT_SPREAD_MS,
  PROBE_MS,
  STABLE_MS,
} from './timing.ts'

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
  /** closes that asked for a fresh ticket, in a row; of those before the line was ready, one at most */
  refused: number
  /** `live`: since when */
  sinceMs: number
  /** when the last ping left; a frame since then is its answer */
  pingedMs: number
  /** no hint of the page brings an attempt before it: 1 s after a dial, and what a server asked for */
  earliestMs: number
  /** since when somebody who looks can see that messages don't travel; undefined while none do */
  downSinceMs?: number | undefined
  /** how the last socket ended */
  close?: LineClose | undefined
  /** when the next `tick` has something to do */
  dueMs: number
}

export interface LineLoss {
  close: LineClose
  verdict: boolean | CloseAction
}

export type LineEvent =
  | 'open'
  | 'progress'
  | 'asked'
  | 'ready'
  | 'tick'
  | 'reconnect'
  | 'disconnect'
  | 'busy'
  | 'silent'
  | NetworkEvent
  | LineLoss

/** ms each */
export interface LineTimes extends Backoff {
  /** one budget for the url, the handshake and, in the layer above, for a first sign of life */
  connectTimeoutMs: number
  /** silence before a ping; Infinity where nothing may be sent that nobody asked for */
  intervalMs: number
  /** for the answer to a ping */
  timeoutMs: number
}

/** What a step may look at besides the state. */
export interface Moment extends LineTimes {
  nowMs: number
  /** from 0 to below 1 */
  draw: number
  isOnline: boolean
  isVisible: boolean
  /** something is to be said: a page out of sight doesn't slow down */
  isBusy: boolean
  /** lines that may be lost together with this one, itself included */
  crowd: number
  /** when this socket was opened, or last gave a frame; any frame is life, not only a pong */
  heardMs: number
  /** when this socket was opened, or was last given a frame */
  sentMs: number
}

export const FIRST_STATE: LineState = {
  phase: 'ended',
  generation: 0,
  attempt: 0,
  refused: 0,
  sinceMs: 0,
  pingedMs: 0,
  earliestMs: 0,
  dueMs: Infinity,
}

export const isIdle = (phase: ConnectionPhase) => phase === 'waiting' || phase === 'paused'

export function step(state: LineState, event: LineEvent, at: Moment): LineState {
  const { nowMs, heardMs } = at
  const { phase, earliestMs, dueMs } = state
  // A page says that it goes while it is still visible.
  const isVisible = at.isVisible && event !== 'pagehide'
  const isPressing = isVisible || (at.isBusy && event !== 'pagehide')
  const isLive = phase === 'live'
  const isOpen = isLive || phase === 'syncing'
  const isEnded = phase === 'ended'
  const downSinceMs = isVisible ? (state.downSinceMs ?? nowMs) : undefined
  // Any frame is life; a line that is silent in one direction some relay may take for dead.
  const aliveMs = Math.min(heardMs, at.sentMs) + at.intervalMs

  // Whatever comes next, it has nothing to do with the socket before.
  const turn = (phase: ConnectionPhase, dueMs: number, more?: Partial<LineState>): LineState => ({
    ...state,
    ...more,
    phase,
    dueMs,
    downSinceMs,
    generation: state.generation + 1,
  })
  const dial = (more?: Partial<LineState>) =>
    turn('connecting', nowMs + at.connectTimeoutMs, { earliestMs: nowMs + HINT_GAP_MS, ...more })
  const rest = (dueMs: number, more?: Partial<LineState>) => {
    // `isOnline` may be wrong, so who looks or speaks goes on trying, and waits no longer than `maxMs`.
    const slowMs = isPressing ? (at.isOnline ? 0 : at.maxMs / 1.5) : HIDDEN_RETRY_MS
    // Who was lost together and is slow for the same reason is drawn apart here, too.
    const soonestMs = slowMs && nowMs + slowMs * (0.5 + at.draw)
    return turn(slowMs ? 'paused' : 'waiting', Math.max(dueMs, soonestMs), more)
  }
  const soon = () => rest(Math.min(dueMs, Math.max(nowMs + at.draw * HINT_SPREAD_MS, earliestMs)))
  // The answer's time runs from here, however late a sleeping page came to send it.
  // A ping that is still unanswered keeps its time, however many hints follow it.
  const ping = (timeoutMs: number) => ({
    ...state,
    pingedMs: nowMs,
    dueMs: Math.min(
      nowMs + timeoutMs,
      heardMs < state.pingedMs && nowMs < dueMs ? dueMs : Infinity,
    ),
  })
  const lost = ({ close, verdict }: LineLoss) => {
    const isStable = isLive && nowMs - state.sinceMs >= STABLE_MS
    const { attempt, refused } = isStable ? FIRST_STATE : state
    const next = { close, attempt: attempt + 1, refused: verdict === 'refresh' ? refused + 1 : 0 }
    if (!verdict || verdict === 'final' || verdict === 'bug' || next.refused === 3)
      return turn('ended', Infinity, next)
    if (next.refused === 1) return dial(next)
    const isSlow = verdict === 'slow'
    const soonestMs = nowMs + (isSlow ? closeWaitMs(close.reason) : 0)
    return rest(soonestMs + backoffMs(attempt + (isSlow ? 4 : 0), at.draw, at, at.crowd), {
      ...next,
      earliestMs: Math.max(earliestMs, soonestMs),
    })
  }

  const dead = () => lost({ close: { code: 0, reason: 'no answer in time' }, verdict: true })

  if (typeof event === 'object') return lost(event)
  switch (event) {
    case 'reconnect':
      return dial({ refused: 0, attempt: isEnded ? 0 : state.attempt })
    case 'disconnect':
      return turn('ended', Infinity)
    case 'silent':
      return dead()
    case 'open':
      return { ...state, phase: 'syncing' }
    case 'progress':
      return isOpen ? { ...state, dueMs: Infinity } : state
    case 'asked':
      // What is long in coming would hold up a pong; one that is out already keeps its time, and
      // who asks again and again puts none off for ever.
      return isLive && heardMs >= state.pingedMs
        ? { ...state, dueMs: Math.max(dueMs, Math.min(nowMs, aliveMs) + FRAME_MS) }
        : state
    case 'ready':
      return isOpen
        ? {
            ...state,
            phase: 'live',
            // Tickets were good, but one that welcomes and refuses in turns is not dialled at once.
            refused: Math.min(1, state.refused),
            downSinceMs: undefined,
            sinceMs: isLive ? state.sinceMs : nowMs,
            dueMs: aliveMs,
          }
        : state
    case 'tick':
      if (nowMs < dueMs) return state
      if (isIdle(phase)) return dial()
      if (!isLive || heardMs < state.pingedMs) return dead()
      return nowMs < aliveMs ? { ...state, dueMs: aliveMs } : ping(at.timeoutMs)
  }
  if (isEnded) return state
  if (event === 'busy') {
    const next = phase === 'paused' ? soon() : state
    return next.dueMs < dueMs ? next : state
  }
  // Out of sight is no reason to try sooner, nor, for who has something to say, later.
  if (event === 'hidden' && at.isBusy && isIdle(phase)) return { ...state, downSinceMs }
  // A page that holds a socket can't go into the back/forward cache.
  if (event === 'pagehide' || isIdle(phase)) return soon()
  if (isLive) return event === 'hidden' || dueMs === Infinity ? state : ping(PROBE_MS)
  // A dial that began before the network came back may hang until its budget ends.
  return event === 'online' && nowMs > earliestMs ? dial() : { ...state, downSinceMs }
}
