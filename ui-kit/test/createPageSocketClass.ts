/** A WebSocket class whose events reach a page as tasks of that page, and somebody who listens in. */

import type { WebSocketClass, WebSocketLike } from '../src/socket/WebSocketLike.ts'

/** Hears what a page says and what reaches it, of its newest socket and as long as that is kept. */
export interface SocketEar {
  dialled(): void
  said(text: string): void
  heard(text: string): void
  closed(code: number, reason: string): void
}

interface Owner {
  opened(socket: { end(): void }): void
  /** Run a task of the page. */
  do(run: () => void): void
}

type Listener = (event: never) => void

export function createPageSocketClass(
  Inner: WebSocketClass,
  ear: SocketEar,
  owner: Owner,
): WebSocketClass {
  let newest: WebSocketLike | undefined
  return class implements WebSocketLike {
    readonly #inner: WebSocketLike

    constructor(url: string | URL) {
      this.#inner = new Inner(url)
      newest = this
      owner.opened({ end: () => this.#inner.close() })
      ear.dialled()
    }

    get readyState(): number {
      return this.#inner.readyState
    }

    get bufferedAmount(): number {
      return this.#inner.bufferedAmount
    }

    addEventListener(type: never, listener: Listener): void {
      this.#inner.addEventListener(type, (event: unknown) =>
        owner.do(() => {
          if (newest === this) overhear(ear, type, event)
          listener(event as never)
        }),
      )
    }

    send(text: string): void {
      if (newest === this) ear.said(text)
      this.#inner.send(text)
    }

    close(code?: number, reason?: string): void {
      if (newest === this) newest = undefined
      this.#inner.close(code, reason)
    }
  }
}

function overhear(ear: SocketEar, type: string, event: unknown): void {
  if (type === 'message') ear.heard((event as { data: string }).data)
  if (type !== 'close') return
  const { code, reason } = event as { code: number; reason: string }
  ear.closed(code, reason)
}
