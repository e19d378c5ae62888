import type { Limits } from '@session-kit/ui-kit/protocol'
import type { Alarms } from './Alarms.ts'
import type { Flush } from './Flush.ts'
import type { Host } from './Host.ts'
import type { Keeper } from './Keeper.ts'
import type { MessageLog } from './MessageLog.ts'
import type { Respond } from './Turn.ts'

/** Where a session runs, and what it may do. */
export interface Given {
  host: Host
  log: MessageLog
  limits: Limits
  /** undefined: a session without an agent */
  respond: Respond | undefined
  /** How long messages are kept; undefined: for ever. */
  keepMs: number | undefined
}

/** What every part of a session stands on. */
export interface Ground extends Given {
  flush: Flush
  keeper: Keeper
  alarms: Alarms
}
