/**
 * The sessions that components hold, outside of components: one per url and id,
 * counted, and let go after a linger.
 *
 * So StrictMode, fast refresh, Activity and a change of route find the session they
 * left, and its socket stays the same.
 */

import { createSession, type SessionOptions } from '../../session/index.ts'
import type { Session } from '../../session/Session.ts'

/** How long a session outlives its last holder, ms: longer than a change of route takes. */
export const LINGER_MS = 5_000

/** Tells the options of one holder as they are now. */
export type OptionsSource = () => SessionOptions

interface Entry {
  session: Session
  /** the last one speaks for all */
  holders: OptionsSource[]
  lingering?: unknown
}

const entries = new Map<string, Entry>()
const listeners = new Set<() => void>()

export const sessionKey = ({ url, sessionId }: SessionOptions): string => `${url} ${sessionId}`

export const findSession = (key: string): Session | undefined => entries.get(key)?.session

export function subscribeRegistry(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Hold the session of these options, made when nobody holds it yet.
 * @returns lets go; idempotent
 */
export function holdSession(key: string, source: OptionsSource): () => void {
  let entry = entries.get(key)
  // A session that was ended while nobody held it is over; the next holder gets a fresh one.
  if (entry && entry.holders.length === 0 && isEnded(entry.session)) {
    drop(key, entry)
    entry = undefined
  }
  if (!entry) {
    const holders: OptionsSource[] = []
    entry = { session: open(source, holders), holders }
    entries.set(key, entry)
  }
  const held = entry
  held.session.clock.clearTimeout(held.lingering)
  held.holders.push(source)
  for (const listener of [...listeners]) listener()
  return () => {
    const index = held.holders.indexOf(source)
    if (index < 0) return
    held.holders.splice(index, 1)
    if (held.holders.length === 0)
      held.lingering = held.session.clock.setTimeout(() => drop(key, held), LINGER_MS)
  }
}

/** The ticket is asked of whoever holds the session then, not of who happened to be first. */
function open(source: OptionsSource, holders: OptionsSource[]): Session {
  const options = source()
  if (!options.ticket) return createSession(options)
  return createSession({
    ...options,
    ticket: () => (holders.at(-1) ?? source)().ticket?.() ?? '',
  })
}

function drop(key: string, entry: Entry): void {
  entry.session.clock.clearTimeout(entry.lingering)
  if (entries.get(key) === entry) entries.delete(key)
  entry.session.close()
}

const isEnded = (session: Session) => session.store.getState().connection.phase === 'ended'
