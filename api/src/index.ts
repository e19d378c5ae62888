/** The surface of `@session-kit/api`: sessions for a Worker of your own. */

export { createSessionApp } from './app.ts'
export type { SessionEnv } from './config.ts'
export { SessionDO } from './SessionDO.ts'
export { AgentError, type Respond, type Turn, type TurnEvent } from './Turn.ts'
export { signTicket, type TicketClaims } from './tickets.ts'
