/** The surface of `@session-kit/ui-kit/socket`: one raw line kept alive, without React. */

export { type Backoff, DEFAULT_BACKOFF } from './backoff.ts'
export { type Clock, systemClock } from './Clock.ts'
export type { ConnectionPhase, LineClose } from './connectionMachine.ts'
export type { Connection, Heartbeat } from './createLine.ts'
export {
  createReconnectingWebSocket,
  type ReconnectingWebSocket,
  type ReconnectingWebSocketOptions,
  type SendOutcome,
  type SocketStatus,
} from './createReconnectingWebSocket.ts'
export { type NetworkEvent, type NetworkSignals, platformSignals } from './networkSignals.ts'
export type { WebSocketClass, WebSocketLike } from './WebSocketLike.ts'
