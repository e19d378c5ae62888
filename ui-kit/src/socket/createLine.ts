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
  isIdle,
  type LineClose,
  type LineEvent,
  type LineState,
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
  /** silence in one of the two directions after which a ping is sent; 25 s unless given */
  intervalMs?: number
  /** time for the answer; 5 s unless given */
  timeoutMs?: number
}

/** The protocol's ping; this room may not import it, so a test holds the two equal. */
export const PROTOCOL_HEARTBEAT: Heartbeat = { send: '{"type":"ping"}', reply: '{"type":"pong"}' }

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
  /** off unless given; `true` means this protocol's ping */
  heartbeat?: boolean | Heartbeat
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
}

export interface Line {
  /** Hands a text to an open socket. False: there is none, and nothing was kept. */
  send(text: string): boolean
  /** To be called once a line that is `syncing` can carry messages: only then is it `live`. */
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

export function createLine(options: LineOptions, { onText, onConnection }: LineListeners): Line {
  const {
    clock = systemClock,
    network = platformSignals,
    random = Math.random,
    crowd = () => 1,
    // A 1000 says that somebody ended it on purpose.
    shouldReconnect = ({ code }: LineClose) => code !== 1000 && closeAction(code),
    connectTimeoutMs = 10_000,
    signal,
  } = options
  const backoff = { ...DEFAULT_BACKOFF, ...options.backoff }
  const heartbeat = {
    ...PROTOCOL_HEARTBEAT,
    intervalMs: options.heartbeat ? 25_000 : Infinity,
    timeoutMs: 5_000,
    ...(options.heartbeat as Heartbeat),
  }
  let state = FIRST_STATE
  let connection: Connection = FIRST_STATE
  let told: string | undefined
  let socket: WebSocketLike | undefined
  let heardMs = 0
  let sentMs = 0
  let timer: unknown
  let unsubscribe: (() => void) | undefined

  const events: LineEvent[] = []
  /**
   * One event at a time: what a step causes waits until that step is told. A listener that throws
   * reaches its caller when all is done; the line is in order all the same.
   */
  function dispatch(event: LineEvent) {
    if (events.push(event) > 1) return
    drain()
  }

  function drain() {
    try {
      follow(
        step(state, events[0] as LineEvent, {
          backoff,
          connectTimeoutMs,
          heartbeat,
          nowMs: clock.now(),
          draw: random(),
          isOnline: network.isOnline(),
          isVisible: network.isVisible(),
          crowd: crowd(),
          heardMs,
          sentMs,
        }),
      )
    } finally {
      events.shift()
      if (events[0]) drain()
    }
  }

  /** Does what makes the difference between the state before and this one. */
  function follow(next: LineState) {
    const { generation, pingedMs } = state
    const { phase, attempt, dueMs, downSinceMs, close } = next
    state = next
    clock.clearTimeout(timer)
    // One that rings too early finds nothing due, and is set again.
    if (dueMs < Infinity) timer = clock.setTimeout(() => dispatch('tick'), dueMs - clock.now())
    if (next.pingedMs > pingedMs) line.send(heartbeat.send)
    if (next.generation > generation) {
      socket?.close(1000)
      socket = undefined
      if (phase === 'connecting') dial(next.generation)
    }

    const retryAtMs = isIdle(next) ? dueMs : undefined
    const news = [phase, attempt, retryAtMs, downSinceMs].join()
    if (news === told) return
    told = news
    if (phase === 'ended') {
      unsubscribe?.()
      unsubscribe = undefined
    } else unsubscribe ??= network.subscribe(dispatch)
    connection = { phase, attempt, retryAtMs, downSinceMs, close }
    onConnection(connection)
  }

  async function dial(generation: number) {
    const isMine = () => generation === state.generation
    try {
      const url = typeof options.url === 'function' ? options.url() : options.url
      // Only a promise is awaited: whoever knows the url is connecting at once.
      const known = typeof url === 'object' && 'then' in url ? await url : url
      if (isMine()) open(known, isMine)
    } catch (error) {
      const action = (error as { final?: unknown } | undefined)?.final ? 'final' : 'retry'
      if (isMine()) dispatch({ code: 0, reason: String(error), action })
    }
  }

  function open(url: string | URL, isMine: () => boolean) {
    const fresh: WebSocketLike = new (options.WebSocket ?? WebSocket)(url)
    socket = fresh
    fresh.addEventListener('open', () => {
      // `open` and `close` may be queued back to back; then the socket is dead already.
      if (!isMine() || fresh.readyState !== OPEN) return
      heardMs = sentMs = clock.now()
      dispatch('opened')
    })
    fresh.addEventListener('message', ({ data }) => {
      if (!isMine()) return
      heardMs = clock.now()
      if (typeof data === 'string' && data !== heartbeat.reply) onText(data)
    })
    // Says nothing; the `close` that follows it bears the true code.
    fresh.addEventListener('error', () => {})
    fresh.addEventListener('close', ({ code, reason }) => {
      if (!isMine()) return
      const verdict = shouldReconnect({ code, reason })
      dispatch({ code, reason, action: verdict === true ? 'retry' : verdict || 'final' })
    })
  }

  const line: Line = {
    send(text) {
      if (socket?.readyState !== OPEN) return false
      socket.send(text)
      sentMs = clock.now()
      return true
    },
    ready: () => dispatch('ready'),
    reconnect: () => dispatch('reconnect'),
    close: () => dispatch('disconnect'),
    connection: () => connection,
    bufferedAmount: () => socket?.bufferedAmount ?? 0,
  }
  signal?.addEventListener('abort', line.close)
  try {
    if (!signal?.aborted) line.reconnect()
  } catch (error) {
    // Whoever made it gets no line that they could close.
    line.close()
    throw error
  }
  return line
}
