/**
 * A client that shares no code with the kit: a plain WebSocket and the words of the protocol.
 *
 * What it sees is what an outside client sees. Keeps every frame, batches taken apart.
 */

export interface Frame {
  type: string
  // Proofs read whatever the frame bears; the protocol's types would make them the kit's client.
  // biome-ignore lint/suspicious/noExplicitAny: an outside client has no types
  [field: string]: any
}

export class PlainClient {
  readonly frames: Frame[] = []
  close: { code: number; reason: string } | undefined
  readonly #socket: WebSocket
  #wake: () => void = () => {}

  constructor(url: string) {
    this.#socket = new WebSocket(url.replace(/^http/, 'ws'))
    this.#socket.addEventListener('message', (event) => {
      const value = JSON.parse(String(event.data))
      this.frames.push(...(Array.isArray(value) ? value : [value]))
      this.#wake()
    })
    this.#socket.addEventListener('close', ({ code, reason }) => {
      this.close = { code, reason }
      this.#wake()
    })
  }

  async opened(): Promise<this> {
    if (this.#socket.readyState === WebSocket.CONNECTING)
      await new Promise((resolve) => this.#socket.addEventListener('open', resolve, { once: true }))
    return this
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  send(value: unknown): void {
    this.#socket.send(typeof value === 'string' ? value : JSON.stringify(value))
  }

  /** The first frame, from the `after`th on, that fits; waits for it. */
  next(fits: (frame: Frame) => boolean, what: string, after = 0): Promise<Frame> {
    return this.until(() => this.frames.slice(after).find(fits), what)
  }

  async until<T>(read: () => T | undefined | false, what: string, timeoutMs = 20_000): Promise<T> {
    const endMs = performance.now() + timeoutMs
    for (;;) {
      const value = read()
      if (value) return value
      const leftMs = endMs - performance.now()
      if (leftMs <= 0) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(leftMs, 250))
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  end(): void {
    this.#socket.close(1000)
  }
}

/** Where a session's socket is, for a guest whose secret is made of `name`. */
export const socketUrl = (origin: string, sessionId: string, name: string): string =>
  `${origin}/sessions/${sessionId}/websocket?guest=${`${name}-`.padEnd(20, 'x')}&name=${name}`

/** A client that has said hello and is live. */
export async function joined(
  origin: string,
  sessionId: string,
  name: string,
): Promise<PlainClient> {
  const client = await new PlainClient(socketUrl(origin, sessionId, name)).opened()
  client.send({ type: 'hello', v: 1 })
  await client.next(({ type, more }) => type === 'sync' && more === false, 'the sync')
  return client
}
