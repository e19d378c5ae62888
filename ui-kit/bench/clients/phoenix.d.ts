/** Of Phoenix's client, which brings no types, what the benchmark uses. */

declare module 'phoenix' {
  interface Push {
    receive(status: 'ok' | 'error' | 'timeout', callback: (response: unknown) => void): Push
  }

  interface Channel {
    // biome-ignore lint/suspicious/noExplicitAny: a payload is whatever the server sends.
    on(event: string, callback: (payload: any) => void): number
    onError(callback: () => void): number
    join(): Push
  }

  export class Socket {
    constructor(url: string)
    connect(): void
    disconnect(): void
    channel(topic: string): Channel
  }
}
