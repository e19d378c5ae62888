import type { Ground } from './Ground.ts'
import type { Presence } from './Presence.ts'
import type { Sends } from './Sends.ts'
import type { Turns } from './Turns.ts'

/** What those who are spoken to share: one of each, made by Room. */
export interface RoomParts extends Ground {
  turns: Turns
  presence: Presence
  sends: Sends
}
