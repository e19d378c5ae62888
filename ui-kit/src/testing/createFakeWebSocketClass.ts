/**
 * The browser's WebSocket as a page sees it, with a fake network behind it.
 *
 * Keeps the platform's rules that clients trip over: nothing happens in the constructor,
 * `send` before `open` throws, `close` only begins the closing, no message is delivered
 * while closing, and the code of an abnormal end is 1006. Knows no protocol.
 */

import { utf8Length } from '../protocol/index.ts'

/** What the network does for a socket of the page. */
export interface FakeUplink {
  transmit(data: unknown): void
  close(code: number, reason: string): void
  /** bytes handed over and not yet arrived */
  bufferedBytes(): number
}

/** How the network reaches a socket of the page. */
export interface FakeDownlink {
  opened(): void
  received(text: string): void
  /** Without a close frame (`wasClean` false) an `error` event comes first, as in browsers. */
  closed(code: number, reason: string, wasClean: boolean): void
}

export type Dial = (url: URL, downlink: FakeDownlink) => FakeUplink

type Handler<E> = ((event: E) => void) | null
export type FakeMessageEvent = Event & { data: string }
export type FakeCloseEvent = Event & { code: number; reason: string; wasClean: boolean }

interface Listeners {
  open: Event
  error: Event
  message: FakeMessageEvent
  close: FakeCloseEvent
}

export interface FakeWebSocket {
  readonly url: string
  readonly protocol: string
  readonly extensions: string
  readonly readyState: number
  readonly bufferedAmount: number
  binaryType: 'blob' | 'arraybuffer'
  onopen: Handler<Event>
  onerror: Handler<Event>
  onmessage: Handler<FakeMessageEvent>
  onclose: Handler<FakeCloseEvent>
  addEventListener<T extends keyof Listeners>(
    type: T,
    listener: (event: Listeners[T]) => void,
    options?:
      | boolean
      | { capture?: boolean; once?: boolean; passive?: boolean; signal?: AbortSignal },
  ): void
  removeEventListener<T extends keyof Listeners>(
    type: T,
    listener: (event: Listeners[T]) => void,
  ): void
  send(data: unknown): void
  close(code?: number, reason?: string): void
}

export interface FakeWebSocketClass {
  new (url: string | URL, protocols?: string | string[]): FakeWebSocket
  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSING: 2
  readonly CLOSED: 3
}

/** A close frame holds no more. */
const REASON_BYTES = 123

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3

/** A WebSocket class whose sockets reach nothing but `dial`. */
export function createFakeWebSocketClass(dial: Dial): FakeWebSocketClass {
  class Socket extends EventTarget {
    static readonly CONNECTING = CONNECTING
    static readonly OPEN = OPEN
    static readonly CLOSING = CLOSING
    static readonly CLOSED = CLOSED
    readonly CONNECTING = CONNECTING
    readonly OPEN = OPEN
    readonly CLOSING = CLOSING
    readonly CLOSED = CLOSED
    readonly protocol = ''
    readonly extensions = ''
    readonly url: string
    readyState: number = CONNECTING
    binaryType: 'blob' | 'arraybuffer' = 'blob'
    onopen: Handler<Event> = null
    onerror: Handler<Event> = null
    onmessage: Handler<FakeMessageEvent> = null
    onclose: Handler<FakeCloseEvent> = null
    readonly #uplink: FakeUplink

    constructor(url: string | URL) {
      super()
      const parsed = parseUrl(url)
      this.url = parsed.href
      this.#uplink = dial(parsed, {
        opened: () => {
          this.readyState = OPEN
          this.#fire(new Event('open'), this.onopen)
        },
        received: (text) => {
          if (this.readyState !== OPEN) return
          this.#fire(withFields('message', { data: text }), this.onmessage)
        },
        closed: (code, reason, wasClean) => {
          this.readyState = CLOSED
          if (!wasClean) this.#fire(new Event('error'), this.onerror)
          this.#fire(withFields('close', { code, reason, wasClean }), this.onclose)
        },
      })
    }

    get bufferedAmount(): number {
      return this.#uplink.bufferedBytes()
    }

    send(data: unknown): void {
      if (this.readyState === CONNECTING)
        throw new DOMException('the socket is still connecting', 'InvalidStateError')
      // A browser drops it in silence, too.
      if (this.readyState !== OPEN) return
      this.#uplink.transmit(data)
    }

    close(code?: number, reason = ''): void {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
        throw new DOMException(`a page may not close with ${code}`, 'InvalidAccessError')
      if (utf8Length(reason) > REASON_BYTES)
        throw new DOMException(`a reason has at most ${REASON_BYTES} bytes`, 'SyntaxError')
      if (this.readyState === CLOSING || this.readyState === CLOSED) return
      this.readyState = CLOSING
      this.#uplink.close(code ?? 1005, reason)
    }

    #fire<E extends Event>(event: E, handler: Handler<E>): void {
      if (handler) this.addEventListener(event.type, handler as EventListener, { once: true })
      this.dispatchEvent(event)
      if (handler) this.removeEventListener(event.type, handler as EventListener)
    }
  }
  return Socket as unknown as FakeWebSocketClass
}

function parseUrl(url: string | URL): URL {
  const parsed = new URL(String(url), 'ws://fake.test')
  if (parsed.protocol.startsWith('http')) parsed.protocol = parsed.protocol.replace('http', 'ws')
  if (parsed.protocol !== 'ws:' && parsed.protocol !== 'wss:')
    throw new DOMException(`not a WebSocket address: ${parsed.protocol}`, 'SyntaxError')
  return parsed
}

/** MessageEvent and CloseEvent do not exist in every runtime that runs tests. */
function withFields<F extends object>(type: string, fields: F): Event & F {
  return Object.assign(new Event(type), fields)
}
