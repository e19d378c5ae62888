/** The part of the platform's WebSocket that a line uses; a test or a story passes its own class. */
export interface WebSocketLike {
  readonly readyState: number
  readonly bufferedAmount: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onerror: ((event: never) => void) | null
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null
  send(text: string): void
  close(code?: number, reason?: string): void
}

export type WebSocketClass = new (url: string | URL) => WebSocketLike
