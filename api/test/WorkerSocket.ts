/**
 * The Worker's sockets as the class that the kit's client wants: `new`, then events.
 *
 * `before` runs before each text that leaves; texts keep their order.
 */

import { SELF } from 'cloudflare:test'
import type { SessionOptions } from '@session-kit/ui-kit/session'

type Before = (text: string) => Promise<void>

/** What the client's listeners get, of any kind. */
type SocketEvent = Event & { data?: unknown; code?: number; reason?: string; wasClean?: boolean }

export const socketClass = (before: Before): NonNullable<SessionOptions['WebSocket']> =>
  class WorkerSocket {
    readonly bufferedAmount = 0
    readyState = 0
    #socket: WebSocket | undefined
    readonly #target = new EventTarget()
    #sent: Promise<void> = Promise.resolve()

    constructor(url: string | URL) {
      void this.#dial(String(url).replace(/^ws/, 'http'))
    }

    addEventListener(type: string, listener: (event: never) => void): void {
      this.#target.addEventListener(type, listener as never)
    }

    send(text: string): void {
      this.#sent = this.#sent.then(async () => {
        await before(text)
        if (this.readyState === 1) this.#socket?.send(text)
      })
    }

    close(code?: number, reason?: string): void {
      this.readyState = 2
      this.#socket?.close(code, reason)
    }

    async #dial(url: string): Promise<void> {
      try {
        const response = await SELF.fetch(url, { headers: { upgrade: 'websocket' } })
        const socket = response.webSocket
        if (!socket) throw new Error(`no socket: ${response.status}`)
        this.#socket = socket
        socket.addEventListener('message', ({ data }) => this.#tell('message', { data }))
        socket.addEventListener('close', ({ code, reason }) => this.#end(code, reason))
        socket.accept()
        // Somebody hung up while it was dialled.
        if (this.readyState !== 0) return socket.close(1000)
        this.readyState = 1
        this.#tell('open')
      } catch {
        // The object ended in the middle of the handshake.
        this.#tell('error')
        this.#end(1006, '')
      }
    }

    #end(code: number, reason: string): void {
      if (this.readyState === 3) return
      this.readyState = 3
      this.#tell('close', { code, reason, wasClean: code !== 1006 })
    }

    #tell(type: string, fields: Partial<SocketEvent> = {}): void {
      this.#target.dispatchEvent(Object.assign(new Event(type), fields))
    }
  }
