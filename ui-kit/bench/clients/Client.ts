/** A client as whoever installs it gets it: no options but where to go. */

import type { Dialect } from '../room/Dialect.ts'

export interface Client {
  name: string
  dialect: Dialect
  /** what was said while it was away is shown when it is back */
  isCatchingUp: boolean
  /** Comes into the room, and comes back until it is stopped. `url` is `http://…`. */
  connect(url: string, events: ClientEvents): Connected
}

export interface ClientEvents {
  /** It says that messages travel. */
  onUp(): void
  /** It says that they don't, having said so before. */
  onDown(): void
}

export interface Connected {
  /** what it has shown, in order */
  texts(): string[]
  stop(): void
}
