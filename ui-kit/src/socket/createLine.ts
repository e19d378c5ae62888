/**
 * One line kept alive: text in, text out, over as many sockets as it takes.
 *
 * The thin shell around connectionMachine.ts: it owns the current socket, one timer
 * and the page's signals, and runs the machine's effects. Every attempt has a
 * generation; nothing late from an older one counts, and no `close` event is waited
 * for, because a browser may hold it back for a minute. Knows no JSON and no frames.
 */

import { type CloseAction, closeAction } from '../protocol/closeCodes.ts'
import { type Backoff, DEFAULT_BACKOFF } from './backoff.ts'
import { type Clock, systemClock } from './Clock.ts'
import {
  type ConnectionPhase,
  FIRST_STATE,
  type LineClose,
  type LineEvent,
  type LinePolicy,
  step,
} from './connectionMachine.ts'
import { type NetworkSignals, platformSignals } from './networkSignals.ts'
import type { WebSocketClass, WebSocketLike } from './WebSocketLike.ts'

export interface Connection {
  phase: ConnectionPhase
  /** failures since the line was last good for 10 s, its loss included; 0 on the first dial */
  attempt: number
  /** by the line's clock (`performance.now()` unless given) */
  retryAtMs?: number | undefined
  /** by the line's clock: since when one can see that messages don't travel; absent while live */
  downSinceMs?: number | undefined
  /** how the last socket ended */
  close?: LineClose | undefined
}

export interface Heartbeat {
  /** the text of a ping */
  send: string
  /** the text that answers it; it is never handed on */
  reply: string
  /** silence of the other side after which a ping is sent; 25 s unless given */
  intervalMs?: number
  /** time for the answer; 5 s unless given */
  timeoutMs?: number
}

export interface LineOptions {
  /**
   * Asked anew at every attempt. A provider that fails is asked again after the backoff;
   * one that throws an error with `final: true` ends the line.
   */
  url: string | URL | (() => string | URL | Promise<string | URL>)
  /** one budget for the url, the handshake and, with `isReadyByCaller`, `ready()`; 10 s unless given */
  connectTimeoutMs?: number
  backoff?: Partial<Backoff>
  /**
   * How many clients the server may lose at one moment, this one included: asked at each loss,
   * so that all of them come back one by one. 200 spread over 8 s, from 750 on over 30 s.
   */
  crowd?: () => number
  heartbeat?: Heartbeat
  /** What a close means; the default follows the protocol's table, and 1000 is final. */
  shouldReconnect?: (close: LineClose) => boolean | CloseAction
  /** ends the line for good when aborted */
  signal?: AbortSignal
  WebSocket?: WebSocketClass
  /** from 0 to below 1 */
  random?: () => number
  clock?: Clock
  network?: NetworkSignals
}

export interface LineListeners {
  onText(text: string): void
  /** on every change, and never twice for the same */
  onConnection(connection: Connection): void
  /** the line is `live` only when `ready()` was called, not already at `open` */
  isReadyByCaller?: boolean
}

export interface Line {
  /** Hands a text to an open socket. False: there is none, and nothing was kept. */
  send(text: string): boolean
  ready(): void
  /** An attempt now, always: also while dialling, while live and after the end. */
  reconnect(): void
  /** Idempotent; `reconnect()` is the way back. */
  close(): void
  connection(): Connection
  /** bytes handed to the socket that have not left yet */
  bufferedAmount(): number
}

const OPEN = 1

export function createLine(options: LineOptions, listeners: LineListeners): Line {
  const { clock = systemClock, network = platformSignals, random = Math.random } = options
  const policy = toPolicy(options)
  let state = FIRST_STATE
  let connection: Connection = { phase: 'ended', attempt: 0 }
  let generation = 0
  let socket: WebSocketLike | undefined
  let timer: unknown
  let timerDueMs = Infinity
  let unsubscribe: (() => void) | undefined

  const events: LineEvent[] = []
  let isStepping = false
  /**
   * One event at a time: what a step causes waits until that step is told. A listener that throws
   * reaches its caller when all is done; the line is in order all the same.
   */
  function dispatch(event: LineEvent) {
    events.push(event)
    if (isStepping) return
    isStepping = true
    let failure: { error: unknown } | undefined
    for (let next = events.shift(); next; next = events.shift()) {
      const at = {
        nowMs: clock.now(),
        draw: random(),
        isOnline: network.isOnline(),
        isVisible: network.isVisible(),
        crowd: options.crowd?.() ?? 1,
      }
      const [after, ...effects] = step(state, next, at, policy)
      state = after
      setTimer()
      try {
        for (const effect of effects) run[effect]()
        tell()
      } catch (error) {
        failure ??= { error }
      }
    }
    isStepping = false
    if (failure) throw failure.error
  }

  function tell() {
    const { phase, attempt, dueMs, downSinceMs, close } = state
    const isWaiting = phase === 'waiting' || phase === 'paused'
    const retryAtMs = isWaiting ? dueMs : undefined
    if (
      phase === connection.phase &&
      attempt === connection.attempt &&
      retryAtMs === connection.retryAtMs &&
      downSinceMs === connection.downSinceMs
    )
      return
    connection = { phase, attempt, retryAtMs, downSinceMs, close }
    watch()
    listeners.onConnection(connection)
  }

  function watch() {
    if (connection.phase === 'ended') {
      unsubscribe?.()
      unsubscribe = undefined
    } else unsubscribe ??= network.subscribe((event) => dispatch({ type: 'network', event }))
  }

  /** A timer that rings too early finds nothing due; so a frame never has to move it. */
  function setTimer() {
    if (state.dueMs >= timerDueMs && state.dueMs < Infinity) return
    clock.clearTimeout(timer)
    timerDueMs = state.dueMs
    if (timerDueMs === Infinity) return
    timer = clock.setTimeout(
      () => {
        timerDueMs = Infinity
        dispatch({ type: 'tick' })
      },
      Math.max(0, timerDueMs - clock.now()),
    )
  }

  const run = {
    ping: () => socket?.send(options.heartbeat?.send ?? ''),
    drop() {
      generation++
      socket?.close(1000)
      socket = undefined
    },
    dial() {
      const mine = generation
      const isMine = () => mine === generation
      const failed = (error: unknown) => {
        if (!isMine()) return
        const isFinal = (error as { final?: unknown } | undefined)?.final === true
        lost({ code: 0, reason: String(error) }, isFinal ? 'final' : 'retry')
      }
      const connect = (url: string | URL) => {
        try {
          if (isMine()) open(url, isMine)
        } catch (error) {
          failed(error)
        }
      }
      try {
        const url = typeof options.url === 'function' ? options.url() : options.url
        if (typeof url === 'object' && 'then' in url) url.then(connect, failed)
        else connect(url)
      } catch (error) {
        failed(error)
      }
    },
  }

  const lost = (close: LineClose, action: CloseAction) => dispatch({ type: 'lost', close, action })

  function open(url: string | URL, isMine: () => boolean) {
    const fresh: WebSocketLike = new (options.WebSocket ?? globalThis.WebSocket)(url)
    socket = fresh
    fresh.addEventListener('open', () => {
      // `open` and `close` may be queued back to back; then the socket is dead already.
      if (!isMine() || fresh.readyState !== OPEN) return
      try {
        dispatch({ type: 'opened' })
      } finally {
        if (!listeners.isReadyByCaller) dispatch({ type: 'ready' })
      }
    })
    fresh.addEventListener('message', ({ data }) => {
      if (!isMine()) return
      dispatch({ type: 'received' })
      if (typeof data === 'string' && data !== options.heartbeat?.reply) listeners.onText(data)
    })
    // Says nothing; the `close` that follows it bears the true code.
    fresh.addEventListener('error', () => {})
    fresh.addEventListener('close', ({ code, reason }) => {
      if (!isMine()) return
      const close = { code, reason }
      const verdict = (options.shouldReconnect ?? defaultVerdict)(close)
      lost(close, verdict === true ? 'retry' : verdict || 'final')
    })
  }

  const line: Line = {
    send(text) {
      if (socket?.readyState !== OPEN) return false
      socket.send(text)
      return true
    },
    ready: () => dispatch({ type: 'ready' }),
    reconnect: () => dispatch({ type: 'reconnect' }),
    close: () => dispatch({ type: 'disconnect' }),
    connection: () => connection,
    bufferedAmount: () => socket?.bufferedAmount ?? 0,
  }
  options.signal?.addEventListener('abort', line.close)
  if (options.signal?.aborted) return line
  try {
    line.reconnect()
  } catch (error) {
    // Whoever made it gets no line that they could close.
    line.close()
    throw error
  }
  return line
}

/** A 1000 says that somebody ended it on purpose. */
const defaultVerdict = ({ code }: LineClose) => code !== 1000 && closeAction(code)

const toPolicy = ({ backoff, connectTimeoutMs = 10_000, heartbeat }: LineOptions): LinePolicy => ({
  backoff: { ...DEFAULT_BACKOFF, ...backoff },
  connectTimeoutMs,
  heartbeat: heartbeat && { intervalMs: 25_000, timeoutMs: 5_000, ...heartbeat },
})
