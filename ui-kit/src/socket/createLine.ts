/**
 * One line kept alive: text in, text out, over as many sockets as it takes.
 *
 * The thin shell around connectionMachine.ts: it owns the current socket, one timer
 * and the page's signals, and does what makes the difference between two states. Every
 * attempt has a generation; nothing late from an older one counts, and no `close` event is waited
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
  type LineLoss,
  type LineState,
  type LineTimes,
  step,
} from './connectionMachine.ts'
import { type NetworkSignals, platformSignals } from './networkSignals.ts'
import { CONNECT_TIMEOUT_MS, PING_MS, PONG_MS } from './timing.ts'
import { OPEN, type WebSocketClass, type WebSocketLike } from './WebSocketLike.ts'

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
  intervalMs?: number | undefined
  /** time for the answer; 5 s unless given */
  timeoutMs?: number | undefined
}

type Asked<Times> = { [Name in keyof Times]?: number | undefined }

export interface LineOptions {
  /**
   * Asked anew at every attempt. A provider that fails is asked again after the backoff;
   * one that throws an error with `final: true` ends the line.
   */
  url: string | URL | (() => string | URL | Promise<string | URL>)
  /** one budget for the url, the handshake and a first `tell`; 10 s unless given */
  connectTimeoutMs?: number | undefined
  backoff?: Asked<Backoff> | undefined
  /**
   * How many clients the server may lose at one moment, this one included: asked at each loss,
   * so that all of them come back one by one. 200 spread over 10 s, from 600 on over 30 s.
   */
  crowd?: (() => number) | undefined
  /**
   * Whether something waits to be said: asked when it goes out of sight or is lost there, and by
   * `busy()`, so that a hidden page with unsent words dials as a visible one does.
   */
  isBusy?: (() => boolean) | undefined
  /** off unless given; `true` means this protocol's ping */
  heartbeat?: boolean | Heartbeat | undefined
  /** What a close means; the default follows the protocol's table, and 1000 is final. */
  shouldReconnect?: ((close: LineClose) => boolean | CloseAction) | undefined
  /** ends the line for good when aborted: then `reconnect()` does nothing */
  signal?: AbortSignal | undefined
  WebSocket?: WebSocketClass | undefined
  /** from 0 to below 1 */
  random?: (() => number) | undefined
  clock?: Clock | undefined
  network?: NetworkSignals | undefined
}

export interface LineListeners {
  onText(text: string): void
  /** on every change, and never twice for the same */
  onConnection(connection: Connection): void
}

export interface Line {
  /** Hands a text to an open socket. False: there is none, and nothing was kept. */
  send(text: string): boolean
  /**
   * - `progress`: a long answer is coming, piece by piece; until `ready` its caller keeps the time
   * - `asked`: a long answer is awaited: no ping for 30 s, for it would stand behind it
   * - `ready`: it is here; a line that is `syncing` can carry messages, and only then is it `live`
   * - `silent`: the open socket gives no answer; a loss as any other, with its backoff
   * - `busy`: something waits to be said now; what a page out of sight puts off it does soon
   */
  tell(event: 'progress' | 'asked' | 'ready' | 'silent' | 'busy'): void
  /** An attempt now, always: also while dialling, while live and after the end; not once aborted. */
  reconnect(): void
  /** Idempotent; `reconnect()` is the way back. */
  close(): void
  connection(): Connection
  /** bytes handed to the socket that have not left yet */
  bufferedAmount(): number
}

/** @throws RangeError `bad_option`: a time that is no time would dial in a loop, or never */
export function createLine(options: LineOptions, { onText, onConnection }: LineListeners): Line {
  const {
    url,
    clock = systemClock,
    network = platformSignals,
    random = Math.random,
    // A 1000 says that somebody ended it on purpose.
    shouldReconnect = ({ code }) => code !== 1000 && closeAction(code),
    signal,
  } = options
  const heartbeat = options.heartbeat as Partial<Heartbeat> | undefined
  // The protocol's; this room may not import it, so a test holds them equal.
  const { send: ping = '{"type":"ping"}', reply: pong = '{"type":"pong"}' } = heartbeat ?? {}
  const times = timesOf({ ...options, ...options.backoff, ...heartbeat })
  if (!heartbeat) times.intervalMs = Infinity
  let state = FIRST_STATE
  let connection: Connection = { phase: 'ended', attempt: 0 }
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
  const dispatch = (event: LineEvent) => {
    if (events.push(event) === 1) drain()
  }

  function drain() {
    const before = state
    try {
      state = step(before, events[0] as LineEvent, {
        ...times,
        nowMs: clock.now(),
        draw: random(),
        isOnline: network.isOnline(),
        isVisible: network.isVisible(),
        isBusy: options.isBusy?.() ?? false,
        crowd: options.crowd?.() ?? 1,
        heardMs,
        sentMs,
      })
      follow(before, state)
    } finally {
      events.shift()
      if (events[0]) drain()
    }
  }

  /** Does what makes the difference between the state before and this one. */
  function follow(
    before: LineState,
    { phase, attempt, dueMs, downSinceMs, close, generation, pingedMs }: LineState,
  ) {
    clock.clearTimeout(timer)
    // One that rings too early finds nothing due, and is set again; of a fraction for ever.
    if (dueMs < Infinity)
      timer = clock.setTimeout(() => dispatch('tick'), Math.ceil(dueMs - clock.now()))
    if (pingedMs > before.pingedMs) send(ping)
    if (generation > before.generation) {
      // Whatever it says to that, it is left.
      try {
        socket?.close(1000)
      } catch {}
      socket = undefined
      if (phase === 'connecting') {
        unsubscribe ??= network.subscribe(dispatch)
        signal?.addEventListener('abort', end)
        dial(generation)
      }
    }
    if (phase === 'ended') {
      unsubscribe?.()
      unsubscribe = undefined
      signal?.removeEventListener('abort', end)
    }

    const news = {
      phase,
      attempt,
      retryAtMs: isIdle(phase) ? dueMs : undefined,
      downSinceMs,
      close,
    }
    if (JSON.stringify(news) === JSON.stringify(connection)) return
    connection = news
    onConnection(news)
  }

  async function dial(mine: number) {
    try {
      const answer = typeof url === 'function' ? url() : url
      // Only a promise is awaited: whoever knows the url is connecting at once.
      const known = (answer as Promise<string | URL>).then ? await answer : (answer as string | URL)
      if (mine !== state.generation) return
      socket = new (options.WebSocket ?? WebSocket)(known)
      for (const type in on)
        socket.addEventListener(type as 'close', (event) => {
          if (mine === state.generation) on[type as 'close'](event)
        })
    } catch (error) {
      if (mine === state.generation) failed(error)
    }
  }

  function failed(error: unknown) {
    const verdict = !(error as { final?: unknown } | undefined)?.final
    // It is shown to people; what a platform says of an url holds its secrets.
    const reason = String(error).replace(/^\w*Error: (session-kit: )?|\?\S+/g, '')
    dispatch({ close: { code: 0, reason }, verdict })
  }

  const on = {
    open() {
      // `open` and `close` may be queued back to back; then the socket is dead already.
      if (socket?.readyState !== OPEN) return
      heardMs = sentMs = clock.now()
      dispatch('open')
    },
    message({ data }: { data: unknown }) {
      heardMs = clock.now()
      const isPong = heartbeat && data === pong
      if (typeof data === 'string' && !isPong) onText(data)
    },
    // Says nothing; the `close` that follows it bears the true code.
    error() {},
    close({ code, reason }: LineClose) {
      const close = { code, reason }
      let verdict: LineLoss['verdict'] = true
      try {
        verdict = shouldReconnect(close)
      } finally {
        dispatch({ close, verdict })
      }
    },
  }

  function send(text: string) {
    if (socket?.readyState !== OPEN) return false
    try {
      socket.send(text)
      sentMs = clock.now()
      return true
    } catch (error) {
      failed(error)
      return false
    }
  }

  const end = () => dispatch('disconnect')
  const reconnect = () => {
    if (!signal?.aborted) dispatch('reconnect')
  }
  try {
    reconnect()
  } catch (error) {
    // Whoever made it gets no line that they could close.
    end()
    throw error
  }
  return {
    send,
    tell: dispatch,
    reconnect,
    close: end,
    connection: () => connection,
    bufferedAmount: () => socket?.bufferedAmount ?? 0,
  }
}

/** The usual times, or those that were asked for. */
function timesOf(asked: Asked<LineTimes>): LineTimes {
  const times: LineTimes = {
    ...DEFAULT_BACKOFF,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    intervalMs: PING_MS,
    timeoutMs: PONG_MS,
  }
  for (const name of Object.keys(times) as (keyof LineTimes)[]) {
    const usual = times[name]
    const ms = asked[name] ?? usual
    if (!(Number.isFinite(ms) && ms > 0))
      throw Object.assign(
        new RangeError(
          `session-kit: ${name} is ${ms}; give ms above 0, or leave it out for ${usual}`,
        ),
        { code: 'bad_option' },
      )
    times[name] = ms
  }
  return times
}
