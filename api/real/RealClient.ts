/**
 * A client on a real TCP socket that a test can stall, break and end in every way.
 *
 * Keeps every frame, batches taken apart. Answers nothing by itself: what it says is the test's.
 */

import {
  type ClientFrame,
  decodeServerFrames,
  type ServerFrame,
} from '@session-kit/ui-kit/protocol'
import { WebSocket } from 'ws'

type FrameOf<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>

/** A generous limit, not a measurement: whoever waits in vain has failed. */
const WAIT_MS = 20_000

export class RealClient {
  readonly frames: ServerFrame[] = []
  readonly socket: WebSocket
  closed: { code: number; reason: string } | undefined
  readonly #waiting = new Set<() => void>()

  constructor(url: string) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), { perMessageDeflate: false })
    this.socket.on('message', (data) => {
      const frames = decoded(String(data))
      this.frames.push(...frames)
      this.#wake()
    })
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) }
      this.#wake()
    })
    // A broken line is told by `close`.
    this.socket.on('error', () => {})
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN
  }

  async opened(): Promise<this> {
    this.socket.on('open', () => this.#wake())
    await this.until(() => this.isOpen || this.closed, 'an open socket')
    if (this.closed) throw new Error(`closed with ${this.closed.code} before it was open`)
    return this
  }

  say(frame: ClientFrame): void {
    this.raw(JSON.stringify(frame))
  }

  raw(text: string): void {
    this.socket.send(text)
  }

  /** Says hello and waits until the catch-up is complete. */
  async hello(at: { epoch?: string; cursor?: number } = {}): Promise<FrameOf<'welcome'>> {
    const after = this.frames.length
    this.say({ type: 'hello', v: 1, batch: true, ...at })
    const welcome = await this.next('welcome', undefined, after)
    await this.next('sync', ({ more }) => !more, after)
    return welcome
  }

  /** Sends a text and waits for its ack or nack. */
  async send(text: string, cid: string = newCid()): Promise<FrameOf<'ack'> | FrameOf<'nack'>> {
    const after = this.frames.length
    this.say({ type: 'send', cid, parts: [{ type: 'text', text }] })
    const isMine = (frame: { cid: string }) => frame.cid === cid
    return this.until(
      () => this.all('ack', after).find(isMine) ?? this.all('nack', after).find(isMine),
      `the answer to ${cid}`,
    )
  }

  /** The first frame of this type, from the `after`th on, that fits; waits for it. */
  next<T extends ServerFrame['type']>(
    type: T,
    fits: (frame: FrameOf<T>) => boolean = () => true,
    after = 0,
  ): Promise<FrameOf<T>> {
    return this.until(() => this.all(type, after).find(fits), `a frame of type ${type} that fits`)
  }

  all<T extends ServerFrame['type']>(type: T, after = 0): FrameOf<T>[] {
    return this.#from(after).filter((frame): frame is FrameOf<T> => frame.type === type)
  }

  /** The answer that ends next, from the `after`th frame on. */
  async answer(after = 0): Promise<FrameOf<'msg'>['message']> {
    const isEnd = ({ message }: FrameOf<'msg'>) =>
      message.role === 'assistant' && message.state !== 'streaming'
    return (await this.next('msg', isEnd, after)).message
  }

  async until<T>(read: () => T | undefined | false, what: string, waitMs = WAIT_MS): Promise<T> {
    const endMs = performance.now() + waitMs
    for (;;) {
      const value = read()
      if (value) return value
      const leftMs = endMs - performance.now()
      if (leftMs <= 0) throw new Error(`waited ${waitMs} ms in vain for ${what}`)
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          this.#waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, leftMs)
        this.#waiting.add(done)
      })
    }
  }

  #from(after: number): ServerFrame[] {
    return after === 0 ? this.frames : this.frames.slice(after)
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}

/** The newest texts and their frames: what goes to a thousand clients here is decoded once. */
const known = new Map<string, readonly ServerFrame[]>()
const KNOWN = 50

function decoded(text: string): readonly ServerFrame[] {
  const frames = known.get(text) ?? decodeServerFrames(text)
  if (!frames) throw new Error(`the server sent what is no JSON: ${text.slice(0, 80)}`)
  known.set(text, frames)
  for (const [oldest] of known) if (known.size > KNOWN) known.delete(oldest)
  return frames
}

let cids = 0
export const newCid = (): string => `cid-${String(++cids).padStart(8, '0')}`
