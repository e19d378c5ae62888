/**
 * One life of a Durable Object under test, and its end at a chosen place.
 *
 * Stands between the object and its platform; the published class knows nothing of it.
 * The end is `ctx.abort()`: nothing after it runs, sockets end with 1006, memory is gone,
 * what was not committed is rolled back, and what was is kept.
 */

import { decodeServerFrames } from '@session-kit/ui-kit/protocol'
import type { Turn, TurnEvent } from '../src/Turn.ts'

/**
 * - `queued`: a frame was taken, and the flush that would store it has not begun
 * - `transaction`: after some writes of a transaction, before its end
 * - `unsent`: committed, and no frame of it has left
 * - `stream`: in the agent's code, before its first word or with some of them shown
 * - `catch-up`: between a hello and its last `sync`
 */
export const PLACES = ['queued', 'transaction', 'unsent', 'stream', 'catch-up'] as const
export type Place = (typeof PLACES)[number]

/** Longer than a window in which text is merged (W9): what was said before was shown by then. */
const SHOWN_MS = 60
/** The test runner prints no end for this reason; there are thousands. */
export const REASON = 'Instance dispose'

const orders = new Map<string, { place: Place; skip: number }>()
const ends = new Map<string, Place[]>()
/** How often an object ended where, in this file. */
export const endings = new Map<Place, number>()

/** The session's object ends the next time it comes to `place`, after passing it `skip` times. */
export function endAt(session: string, place: Place, skip = 0): void {
  orders.set(session, { place, skip })
}

/** Takes back an order that nothing came to. */
export function spare(session: string): void {
  orders.delete(session)
}

/** Where the session's object has ended on order, first to last. */
export const endsOf = (session: string): readonly Place[] => ends.get(session) ?? []

/** Asks again where the object ended in the middle of the answer. */
export async function outliving<R>(ask: () => Promise<R>): Promise<R> {
  for (;;)
    try {
      return await ask()
    } catch (error) {
      if (!String(error).includes(REASON)) throw error
    }
}

export class Life {
  readonly #ctx: DurableObjectState
  readonly #session: string
  readonly #sockets = new WeakSet<WebSocket>()
  #depth = 0
  #writes = 0
  /** transactions begun and frames sent */
  #acts = 0
  /** The end is near: nothing leaves any more. */
  #isEnding = false

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx
    this.#session = ctx.id.name ?? ''
    const { storage } = ctx
    replace(storage.sql, 'exec', (exec) => (query: string, ...values: unknown[]) => {
      const cursor = exec(query, ...values)
      if (this.#depth > 0 && /^\s*(insert|update|delete|create)/i.test(query)) {
        this.#writes += 1
        if (this.#meets('transaction')) this.#end()
      }
      return cursor
    })
    replace(storage, 'transactionSync', (transaction) => (run: () => unknown) => {
      return this.#transaction(transaction, run)
    })
    replace(ctx, 'getWebSockets', (list) => (tag?: string) => {
      return list(tag).map((ws: WebSocket) => this.tap(ws))
    })
  }

  /** Passes a frame to the object. */
  take(handle: () => void): void {
    const before = this.#acts
    handle()
    if (this.#acts === before && this.#meets('queued')) this.#end()
  }

  /** Passes on what an agent says. */
  async *say(turn: Turn, events: AsyncIterable<TurnEvent>): AsyncGenerator<TurnEvent> {
    for await (const event of events) {
      await this.#mayEndStream()
      yield event
      if (this.#order?.place !== 'stream') continue
      await new Promise((resolve) => setTimeout(resolve, SHOWN_MS))
      if (turn.signal.aborted) return
    }
    await this.#mayEndStream()
  }

  /** The socket as the object sees it. */
  tap(ws: WebSocket): WebSocket {
    if (this.#sockets.has(ws)) return ws
    this.#sockets.add(ws)
    replace(ws, 'send', (send) => (text: string) => {
      this.#acts += 1
      if (this.#isEnding) return
      for (const frame of decodeServerFrames(text) ?? []) {
        const isLast = frame.type === 'sync' && !frame.more
        if (frame.type !== 'welcome' && frame.type !== 'sync') continue
        if (this.#meets('catch-up', isLast)) return this.#endWhenStored()
      }
      send(text)
    })
    replace(ws, 'close', (close) => (...how: unknown[]) => {
      if (!this.#isEnding) close(...how)
    })
    return ws
  }

  #transaction(transaction: Transaction, run: () => unknown): unknown {
    const isOuter = this.#depth === 0
    if (isOuter) this.#writes = 0
    this.#acts += 1
    this.#depth += 1
    let result: unknown
    try {
      result = transaction(() => {
        const inner = run()
        if (isOuter && this.#writes > 0 && this.#meets('transaction', true)) this.#end()
        return inner
      })
    } finally {
      this.#depth -= 1
    }
    if (isOuter && this.#writes > 0 && this.#meets('unsent')) this.#endWhenStored()
    return result
  }

  /** The answer's beginning is in the same transaction as its question: it has to be committed. */
  async #mayEndStream(): Promise<void> {
    if (!this.#meets('stream')) return
    await this.#ctx.storage.sync()
    this.#end()
  }

  get #order() {
    return orders.get(this.#session)
  }

  /** @param isLast there is no later chance, so none is passed */
  #meets(place: Place, isLast = false): boolean {
    const order = this.#order
    if (order?.place !== place || this.#isEnding) return false
    if (!isLast && order.skip > 0) {
      order.skip -= 1
      return false
    }
    orders.delete(this.#session)
    ends.set(this.#session, [...endsOf(this.#session), place])
    endings.set(place, (endings.get(place) ?? 0) + 1)
    return true
  }

  #end(): void {
    this.#ctx.abort(REASON)
  }

  /** What was written before is committed, and what was sent before has left. */
  #endWhenStored(): void {
    this.#isEnding = true
    void this.#ctx.storage.sync().then(() => setTimeout(() => this.#end(), 1))
  }
}

type Transaction = (run: () => unknown) => unknown

/** Puts another method in the place of a platform object's own, for this object alone. */
// biome-ignore lint/suspicious/noExplicitAny: each method has its own types, which don't matter here
function replace(object: any, name: string, change: (own: any) => unknown): void {
  Object.defineProperty(object, name, {
    configurable: true,
    writable: true,
    value: change(object[name].bind(object)),
  })
}
