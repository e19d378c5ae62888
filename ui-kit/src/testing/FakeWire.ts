/**
 * One socket's way between the page and the fake server: order, delay, loss and ends.
 *
 * Asks `NetworkFaults` what goes wrong at each step; every delay is a timer of the clock.
 * Answers a ping as the runtime does, without the server. Knows frames by their `type`
 * only, no rule of the protocol.
 */

import { PING, PONG, type ServerFrame, utf8Length } from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import type { FakeDownlink, FakeUplink } from './createFakeWebSocketClass.ts'
import type { NetworkFaults } from './NetworkFaults.ts'
import { packFrames } from './packFrames.ts'

/** The server's end of a socket. */
export interface FakeLine {
  readonly url: URL
  /** handed to the page's end and not yet arrived */
  readonly unreadBytes: number
  /** set by a hello: frames of one tick leave as one array, at most so many bytes long */
  batchBytes: number
  push(type: ServerFrame['type'], text: string): void
  /** What was pushed before leaves first. 1006 cuts the line instead: what is under way is lost. */
  close(code: number, reason?: string): void
}

export interface FakeReceiver {
  receive(data: unknown): void
  /** The line has ended; called once, whoever ended it. */
  ended(): void
}

export interface FrameEvent {
  direction: 'toClient' | 'toServer'
  url: string
  /** as it stood on the wire: one frame, or an array of frames */
  data: unknown
}

export interface FakeWireOptions {
  url: URL
  downlink: FakeDownlink
  clock: Clock
  random: () => number
  faults: NetworkFaults
  /** undefined: the server has no such route and refuses the upgrade */
  accept(line: FakeLine): FakeReceiver | undefined
  onFrame(event: FrameEvent): void
}

/** How long a browser waits for the answer to its close frame. */
const CLOSE_TIMEOUT_MS = 60_000
/** A frame that waits for the one behind it goes after this time without it. */
const REORDER_HOLD_MS = 100

/**
 * - `dialling`: the upgrade is under way
 * - `open`: frames travel
 * - `deaf`: it opened on a dead path; the server never heard of it
 * - `closing`: one side has said so, the page hasn't heard the end yet
 * - `ended`: nothing travels any more
 */
type Phase = 'dialling' | 'open' | 'deaf' | 'closing' | 'ended'

export class FakeWire implements FakeLine {
  readonly url: URL
  batchBytes = 0
  unreadBytes = 0
  /** The page's end. */
  readonly uplink: FakeUplink = {
    transmit: (data) => this.#transmit(data),
    close: (code, reason) => this.#closeByPage(code, reason),
    bufferedBytes: () => this.#bufferedBytes,
  }
  readonly #options: FakeWireOptions
  readonly #up: Lane
  readonly #down: Lane
  #phase: Phase = 'dialling'
  #receiver: FakeReceiver | undefined
  #bufferedBytes = 0
  #queue: string[] = []
  #held: string | undefined

  constructor(options: FakeWireOptions) {
    this.url = options.url
    this.#options = options
    this.#up = createLane(options)
    this.#down = createLane(options)
    // The upgrade needs the way there and back.
    this.#up(() => this.#down(() => this.#open()))
  }

  get isOpen(): boolean {
    return this.#phase === 'open' || this.#phase === 'deaf'
  }

  get isEnded(): boolean {
    return this.#phase === 'ended'
  }

  push(type: ServerFrame['type'], text: string): void {
    const { faults } = this.#options
    if (faults.loses(type)) return
    this.#order(type, text)
    if (faults.doubles(type)) this.#order(type, text)
  }

  close(code: number, reason = ''): void {
    if (code === 1006 && this.isOpen) this.#cut()
    if (this.#phase !== 'open') return
    this.#release()
    this.#flush()
    this.#phase = 'closing'
    this.#endReceiver()
    if (!this.#options.faults.isHalfOpen) this.#down(() => this.#finish(code, reason, true))
  }

  /** The server knows at once; the page hears of it in a task of its own. */
  #cut(): void {
    this.#phase = 'ended'
    this.#endReceiver()
    const { clock, downlink } = this.#options
    clock.setTimeout(() => downlink.closed(1006, '', false), 0)
  }

  #open(): void {
    if (this.#phase !== 'dialling') return
    const { accept, downlink, faults } = this.#options
    if (faults.stalls()) return
    const isRefused = faults.refuses()
    // Open before `accept`, so that the server may speak at once.
    this.#phase = faults.isHalfOpen ? 'deaf' : 'open'
    if (!isRefused && this.#phase === 'open') this.#receiver = accept(this)
    if (isRefused || (this.#phase === 'open' && !this.#receiver)) this.#finish(1006, '', false)
    else downlink.opened()
  }

  /** Now, or behind the frame that comes next. */
  #order(type: string, text: string): void {
    const { clock, faults, random } = this.#options
    if (this.#held === undefined && faults.reorders(type, random)) {
      this.#held = text
      clock.setTimeout(() => this.#release(), REORDER_HOLD_MS)
      return
    }
    this.#enqueue(text)
    if (this.#held !== undefined) faults.counts.reordered += 1
    this.#release()
  }

  #enqueue(text: string): void {
    if (this.#queue.push(text) === 1) this.#options.clock.setTimeout(() => this.#flush(), 0)
  }

  #release(): void {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined) this.#enqueue(held)
  }

  #flush(): void {
    const { downlink, faults, onFrame } = this.#options
    const frames = this.#queue
    this.#queue = []
    if (this.#phase !== 'open') return
    for (const data of packFrames(frames, this.batchBytes)) {
      if (faults.swallows()) continue
      const bytes = sizeOf(data)
      this.unreadBytes += bytes
      this.#down(() => {
        this.unreadBytes -= bytes
        if (this.#phase === 'ended') return
        onFrame({ direction: 'toClient', url: this.url.href, data })
        downlink.received(data)
      }, bytes)
    }
  }

  #transmit(data: unknown): void {
    const bytes = sizeOf(data)
    this.#bufferedBytes += bytes
    const { faults, onFrame } = this.#options
    this.#up(() => {
      this.#bufferedBytes -= bytes
      if (faults.swallows() || this.#phase === 'deaf' || faults.ignores(typeOf(data))) return
      if (this.#phase !== 'open') return
      onFrame({ direction: 'toServer', url: this.url.href, data })
      if (data === PING) this.push('pong', PONG)
      else this.#receiver?.receive(data)
    }, bytes)
  }

  #closeByPage(code: number, reason: string): void {
    const { clock, downlink, faults } = this.#options
    if (this.#phase === 'dialling') {
      this.#phase = 'ended'
      clock.setTimeout(() => downlink.closed(1006, '', false), 0)
    } else if (this.#phase === 'deaf' || faults.isHalfOpen)
      clock.setTimeout(() => this.#finish(1006, '', false), CLOSE_TIMEOUT_MS)
    else
      this.#up(() => {
        if (this.#phase === 'ended') return
        this.#phase = 'closing'
        this.#endReceiver()
        // The close frame is answered; an empty one with 1000 (W14).
        this.#down(() => this.#finish(code === 1005 ? 1000 : code, reason, true))
      })
  }

  #finish(code: number, reason: string, wasClean: boolean): void {
    if (this.#phase === 'ended') return
    this.#phase = 'ended'
    this.#endReceiver()
    this.#options.downlink.closed(code, reason, wasClean)
  }

  #endReceiver(): void {
    const receiver = this.#receiver
    this.#receiver = undefined
    receiver?.ended()
  }
}

type Lane = (run: () => void, bytes?: number) => void

/** One direction of one socket: what is sent later never arrives earlier, whatever the jitter. */
function createLane({ clock, random, faults }: FakeWireOptions): Lane {
  let lastMs = 0
  let freeMs = 0
  return (run, bytes = 0) => {
    const { ms, jitterMs } = faults.delay
    freeMs = Math.max(freeMs, clock.now()) + (1000 * bytes) / faults.bytesPerSecond
    lastMs = Math.max(lastMs, freeMs + ms + random() * jitterMs)
    clock.setTimeout(run, Math.max(0, lastMs - clock.now()))
  }
}

/** Bytes of a text or binary frame. */
export function sizeOf(data: unknown): number {
  if (typeof data === 'string') return utf8Length(data)
  return data instanceof Blob ? data.size : (data as ArrayBuffer).byteLength
}

function typeOf(data: unknown): string {
  try {
    return String(JSON.parse(String(data)).type)
  } catch {
    return ''
  }
}
