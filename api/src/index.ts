/** The surface of `@session-kit/api`: sessions for a Worker of your own. */

export { createSessionApp } from './app.ts'
export type { SessionEnv } from './config.ts'
export type { Changed } from './Desk.ts'
export { getSession } from './getSession.ts'
export type { SessionOptions } from './options.ts'
export type { Content, Post, Posted } from './rpc.ts'
export { SessionDO } from './SessionDO.ts'
export type { SessionEvent } from './SessionEvent.ts'
export { AgentError, type Respond, type Turn, type TurnEvent } from './Turn.ts'
export { signTicket, type TicketClaims } from './tickets.ts'
