/**
 * A WebSocket that comes back: JSON both ways and three statuses, on top of a line.
 *
 * Needs nothing of the session protocol on the other side. What `send` is given while
 * there is no connection waits in a bounded queue and leaves in order at the next
 * `connected`; that it was received, nobody promises here (createSession does).
 */

import { isIdle } from './connectionMachine.ts'
import { type Connection, createLine, type LineOptions } from './createLine.ts'

export type SocketStatus = 'connecting' | 'connected' | 'disconnected'

/**
 * - `sent`: handed to an open socket, which is not yet a promise that it arrives
 * - `queued`: leaves at the next `connected`
 * - `dropped`: the queue is full, or the line has ended; nothing was kept
 */
export type SendOutcome = 'sent' | 'queued' | 'dropped'

export interface ReconnectingWebSocketOptions extends LineOptions {
  /** what came in, parsed; text that is no JSON goes to `onProblem` instead */
  onMessage: (data: unknown) => void
  /** `connecting` is told at once, before this function returns */
  onStatusChange: (status: SocketStatus) => void
  onConnectionChange?: ((connection: Connection) => void) | undefined
  onProblem?: ((problem: { message: string; text: string }) => void) | undefined
  /**
   * Most messages that wait for a connection; 100 unless given, 0 keeps none. They leave at once,
   * so give what the server takes at once: of this kit's, 15 beside a hello.
   */
  queueLimit?: number | undefined
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

export function createReconnectingWebSocket(
  options: ReconnectingWebSocketOptions,
): ReconnectingWebSocket {
  /** UTF-16 units; what waits for a connection never grows above it. */
  const QUEUE_CHARS = 1_048_576
  const { queueLimit = 100 } = options
  const queue: string[] = []
  let status: SocketStatus = 'disconnected'
  /** what a listener asked for; the line does it when all have heard of the change before */
  let wish: 'dial' | 'end' | undefined

  const isBusy = () => queue.length > 0 || (options.isBusy?.() ?? false)
  const asked = { ...options, isBusy }
  const line = createLine(asked, {
    onConnection(next) {
      const before = status
      status = toStatus(next)
      wish = undefined
      if (next.phase === 'syncing') line.tell('ready')
      while (queue[0] && line.send(queue[0])) queue.shift()
      try {
        options.onConnectionChange?.(next)
      } finally {
        if (status !== before) options.onStatusChange(status)
      }
    },
    onText(text) {
      let data: unknown
      try {
        data = JSON.parse(text)
      } catch (error) {
        return options.onProblem?.({ message: `session-kit: ${error}`, text })
      }
      options.onMessage(data)
    },
  })

  return {
    send(data) {
      const text = JSON.stringify(data)
      if (text === undefined)
        throw new TypeError(`session-kit: send() takes a JSON value, not ${typeof data}`)
      if (!wish && line.send(text)) return 'sent'
      const isFull = queue.length >= queueLimit || queue.join().length + text.length > QUEUE_CHARS
      const isEnded = wish ? wish === 'end' : line.connection().phase === 'ended'
      if (isFull || isEnded) return 'dropped'
      queue.push(text)
      line.tell('busy')
      return 'queued'
    },
    disconnect() {
      queue.length = 0
      wish = 'end'
      line.close()
    },
    getStatus: () => status,
    getConnection: line.connection,
    reconnect() {
      if (options.signal?.aborted) return
      wish = 'dial'
      line.reconnect()
    },
  }
}

/** The three words for people who need no more. */
export function toStatus({ phase }: Connection): SocketStatus {
  if (phase === 'live') return 'connected'
  return isIdle(phase) || phase === 'ended' ? 'disconnected' : 'connecting'
}
