/**
 * A WebSocket without a network: opens at once, is answered in its dialect, and is handed texts by
 * the benchmark. As little work as a socket can be, so that what is measured is the client.
 */

import type { Dialect, Room } from '../room/Dialect.ts'

// biome-ignore lint/suspicious/noExplicitAny: each client has a type of its own for events.
type Listener = (event: any) => void

export function createScriptedSocketClass({ answer }: Dialect, room: Room) {
  let current: ScriptedSocket | undefined

  class ScriptedSocket {
    static readonly CONNECTING = 0
    static readonly OPEN = 1
    static readonly CLOSING = 2
    static readonly CLOSED = 3
    readyState = 0
    readonly bufferedAmount = 0
    binaryType = 'blob'
    onopen?: Listener
    onmessage?: Listener
    onclose?: Listener
    onerror?: Listener
    readonly url: string
    readonly listeners: Record<string, Listener[]> = {}

    constructor(url: string | URL) {
      this.url = `${url}`
      current = this
      queueMicrotask(() => {
        this.readyState = 1
        this.tell('open', { type: 'open' })
      })
    }
    addEventListener(type: string, listener: Listener) {
      this.listeners[type] ??= []
      this.listeners[type].push(listener)
    }
    removeEventListener(type: string, listener: Listener) {
      this.listeners[type] = (this.listeners[type] ?? []).filter((one) => one !== listener)
    }
    send(text: string) {
      for (const said of answer(text, room)) queueMicrotask(() => this.hand(said))
    }
    close() {
      this.readyState = 3
    }
    hand(text: string) {
      this.tell('message', { type: 'message', data: text })
    }
    tell(type: 'open' | 'message', event: object) {
      this[`on${type}`]?.(event)
      for (const listener of this.listeners[type] ?? []) listener(event)
    }
  }

  return {
    ScriptedSocket,
    /** One more text from the server. */
    deliver: (text: string) => current?.hand(text),
  }
}
