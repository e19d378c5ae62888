/**
 * A WebSocket that comes back: JSON both ways and three statuses, on top of a line.
 *
 * Needs nothing of the session protocol on the other side. What `send` is given while
 * there is no connection waits in a bounded queue and leaves in order at the next
 * `connected`; that it was received, nobody promises here (createSession does).
 */

import { type Connection, createLine, type Heartbeat, type LineOptions } from './createLine.ts'

export type SocketStatus = 'connecting' | 'connected' | 'disconnected'

/**
 * - `sent`: handed to an open socket, which is not yet a promise that it arrives
 * - `queued`: leaves at the next `connected`
 * - `dropped`: the queue is full, or the line has ended; nothing was kept
 */
export type SendOutcome = 'sent' | 'queued' | 'dropped'

export interface ReconnectingWebSocketOptions extends Omit<LineOptions, 'heartbeat'> {
  /** what came in, parsed; text that is no JSON goes to `onProblem` instead */
  onMessage: (data: unknown) => void
  /** `connecting` is told at once, before this function returns */
  onStatusChange: (status: SocketStatus) => void
  onConnectionChange?: (connection: Connection) => void
  onProblem?: (problem: { message: string; text: string }) => void
  /** off unless given; `true` means this protocol's ping */
  heartbeat?: boolean | Heartbeat
  /** most messages that wait for a connection; 100 unless given, 0 keeps none */
  queueLimit?: number
}

export interface ReconnectingWebSocket {
  /** @throws TypeError when `data` can't be written as JSON */
  send(data: unknown): SendOutcome
  /** Ends the line and empties the queue; idempotent. */
  disconnect(): void
  getStatus(): SocketStatus
  /** The finer state behind the status. */
  getConnection(): Connection
  /** An attempt now, always: also while dialling, while connected and after the end. */
  reconnect(): void
}

/** The protocol's ping; this room may not import it, so a test holds the two equal. */
export const PROTOCOL_HEARTBEAT: Heartbeat = { send: '{"type":"ping"}', reply: '{"type":"pong"}' }

/** UTF-16 units; what waits for a connection never grows above it. */
const QUEUE_CHARS = 1_048_576

export function createReconnectingWebSocket(
  options: ReconnectingWebSocketOptions,
): ReconnectingWebSocket {
  const { onMessage, onStatusChange, onConnectionChange, onProblem, queueLimit = 100 } = options
  const { heartbeat: wish, ...rest } = options
  const heartbeat = wish === true ? PROTOCOL_HEARTBEAT : wish
  const queue: string[] = []
  let queuedChars = 0
  let status: SocketStatus | undefined

  const line = createLine(heartbeat ? { ...rest, heartbeat } : rest, {
    onConnection(next) {
      const before = status
      status = toStatus(next)
      if (status === 'connected') flush()
      onConnectionChange?.(next)
      if (status !== before) onStatusChange(status)
    },
    onText(text) {
      let data: unknown
      try {
        data = JSON.parse(text)
      } catch {
        onProblem?.({ message: 'session-kit: received text that is no JSON', text })
        return
      }
      onMessage(data)
    },
  })

  function flush() {
    for (let text = queue[0]; text !== undefined && line.send(text); text = queue[0]) {
      queue.shift()
      queuedChars -= text.length
    }
  }

  return {
    send(data) {
      const text = JSON.stringify(data)
      if (text === undefined)
        throw new TypeError(`session-kit: send() takes a JSON value, but was given ${typeof data}`)
      if (line.send(text)) return 'sent'
      const isFull = queue.length >= queueLimit || queuedChars + text.length > QUEUE_CHARS
      if (isFull || line.connection().phase === 'ended') return 'dropped'
      queue.push(text)
      queuedChars += text.length
      return 'queued'
    },
    disconnect() {
      queue.length = queuedChars = 0
      line.close()
    },
    getStatus: () => toStatus(line.connection()),
    getConnection: line.connection,
    reconnect: line.reconnect,
  }
}

/** The three words for people who need no more. */
export function toStatus({ phase }: Connection): SocketStatus {
  switch (phase) {
    case 'connecting':
    case 'syncing':
      return 'connecting'
    case 'live':
      return 'connected'
    default:
      return 'disconnected'
  }
}
