/** The surface of `@session-kit/api`: sessions for a Worker of your own. */

export type {
  DataPart,
  FilePart,
  Limits,
  Message,
  Meta,
  Part,
  ReasoningPart,
  Role,
  TextPart,
  ToolPart,
  User,
  UserPart,
} from '@session-kit/ui-kit/protocol'
export { createSessionApp } from './app.ts'
export type { SessionEnv } from './config.ts'
export type { Changed } from './Desk.ts'
export { getSession } from './getSession.ts'
export type { SessionOptions } from './options.ts'
export type { Content, Post, Posted } from './rpc.ts'
export { SessionDO } from './SessionDO.ts'
export type { SessionEvent } from './SessionEvent.ts'
export type { Refusal } from './say.ts'
export { AgentError, type Respond, type Turn, type TurnEvent } from './Turn.ts'
export { signTicket, type TicketClaims } from './tickets.ts'
