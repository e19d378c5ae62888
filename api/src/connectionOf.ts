/** A hibernating socket as the rules see it: its attachment, and what can be done to it. */

import type { Connection, Kept } from './Connection.ts'

export function connectionOf(
  ws: WebSocket,
  first: Kept,
  pingedAt: (ws: WebSocket) => Date | null,
): Connection {
  let kept = first
  return {
    get kept() {
      return kept
    },
    counts: { frames: 0, refused: 0 },
    keep(change) {
      kept = { ...kept, ...change }
      ws.serializeAttachment(kept)
    },
    send: (text) => ws.send(text),
    close: (code, reason) => closeSocket(ws, code, reason),
    get bufferedBytes() {
      // Older runtimes don't tell.
      return (ws as { bufferedAmount?: number }).bufferedAmount ?? 0
    },
    get hasPinged() {
      return pingedAt(ws) !== null
    },
  }
}

/** Never throws. */
export function closeSocket(ws: WebSocket, code: number, reason: string): void {
  try {
    ws.close(code, cutReason(reason))
  } catch {
    // It is closed already, or the runtime doesn't send this code: either way it is over.
  }
}

/** A close reason has at most 123 bytes of UTF-8. */
function cutReason(reason: string): string {
  const bytes = new TextEncoder().encode(reason)
  if (bytes.length <= 123) return reason
  return new TextDecoder().decode(bytes.slice(0, 123)).replace(/\uFFFD+$/, '')
}
