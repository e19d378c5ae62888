/** What the parts of a session share: one of each, made by Room. */

import type { Limits } from '@session-kit/ui-kit/protocol'
import type { Flush } from './Flush.ts'
import type { Host } from './Host.ts'
import type { Keeper } from './Keeper.ts'
import type { MessageLog } from './MessageLog.ts'
import type { Presence } from './Presence.ts'
import type { Sends } from './Sends.ts'
import type { Turns } from './Turns.ts'

export interface RoomParts {
  host: Host
  log: MessageLog
  limits: Limits
  flush: Flush
  keeper: Keeper
  turns: Turns
  presence: Presence
  sends: Sends
}
