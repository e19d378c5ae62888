/** The part of the platform's WebSocket that a line uses; a test or a story passes its own class. */

/** The `readyState` of a socket that takes and gives frames. */
export const OPEN = 1

/** The handlers are methods, so that the platform's class with its richer events fits as it is. */
export interface WebSocketLike {
  readonly readyState: number
  readonly bufferedAmount: number
  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(
    type: 'close',
    listener: (event: { code: number; reason: string; wasClean: boolean }) => void,
  ): void
  send(text: string): void
  close(code?: number, reason?: string): void
}

export type WebSocketClass = new (url: string | URL) => WebSocketLike
