/**
 * What `createSessionApp` was given, for the session classes of the same Worker.
 *
 * The platform makes the objects itself and knows only their class, so this is the one
 * thing they share with the app: set once, while the Worker's module is evaluated.
 */

import type { SessionEnv } from './config.ts'
import type { SessionEvent } from './SessionEvent.ts'
import type { Turn, TurnEvent } from './Turn.ts'

export interface SessionOptions<Env extends SessionEnv = SessionEnv> {
  /** Answers one message; a class that overrides `respond` has its own. */
  respond?(turn: Turn, env: Env): AsyncIterable<TurnEvent>
  /** Hears of every connection and turn that ended and every request that was refused. */
  onEvent?(event: SessionEvent, env: Env): void | Promise<void>
}

let given: SessionOptions = {}

/** @throws when another app of this Worker was given options before */
export function setOptions(options: SessionOptions): void {
  if (Object.keys(options).length === 0) return
  if (Object.keys(given).length > 0)
    throw new Error(
      'session-kit: createSessionApp() was given options twice in one Worker. Give them once, or derive a class from SessionDO for each kind of session.',
    )
  given = options
}

export const getOptions = (): SessionOptions => given
