/**
 * The sessions that components hold, outside of components: one per url, id and user or
 * guest, counted, and let go after a linger.
 *
 * So StrictMode, fast refresh, Activity and a change of route find the session they
 * left, and its socket stays the same.
 */

import { createSession, type SessionOptions } from '../../session/index.ts'
import type { Session } from '../../session/Session.ts'
import { plainUrl } from '../../session/sessionAddress.ts'
import { tell } from '../../session/tell.ts'

/** How long a session outlives its last holder, ms: longer than a change of route takes. */
export const LINGER_MS = 5_000

/** Tells the options of one holder as they are now. */
export type OptionsSource = () => SessionOptions

/** What one component has of a session, also while it is hidden. */
export interface Hold {
  /** the session that is held for this key, else the one this component held last */
  get(): Session | undefined
  /** the one that `take` would give back; what is typed before goes into it */
  resumes(): Session | undefined
  /**
   * Hold the session, made when nobody holds it yet.
   * @returns lets go; to be called once
   */
  take(source: OptionsSource): () => void
}

interface Entry {
  session: Session
  /** the last one speaks for all */
  holders: OptionsSource[]
  lingering?: unknown
  /** closed by the linger and by nothing else */
  isAsleep?: boolean
  /** what those wait for who ask a sleeping session whether it is ready */
  woken?: PromiseWithResolvers<void> | undefined
}

const entries = new Map<string, Entry>()
const listeners = new Set<() => void>()

/** Whoever logs in is somebody else than the guest they were, or the user or guest before. */
export const sessionKey = ({
  url,
  sessionId,
  ticket,
  userId = '',
  guest = '',
}: SessionOptions): string =>
  `${plainUrl(url)} ${sessionId} ${ticket ? `ticket ${userId}` : `guest ${guest}`}`

export function subscribeRegistry(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function createHold(key: string): Hold {
  let held: Entry | undefined
  return {
    get: () => (entries.get(key) ?? held)?.session,
    resumes() {
      const entry = entries.get(key)
      if (entry) held = entry
      return held && (held.isAsleep || !isOver(held)) ? held.session : undefined
    },
    take(source) {
      held = present(key) ?? revived(key, held) ?? opened(key, source)
      return hold(key, held, source)
    },
  }
}

/** A session that was ended while nobody held it; the next holder gets a fresh one. */
const isOver = ({ holders, session }: Entry): boolean => holders.length === 0 && isEnded(session)

function present(key: string): Entry | undefined {
  const entry = entries.get(key)
  if (!entry || !isOver(entry)) return entry
  drop(key, entry)
  return undefined
}

/** Who was hidden for long resumes where it was: nothing is fetched twice, nothing flashes. */
function revived(key: string, entry: Entry | undefined): Entry | undefined {
  if (!entry?.isAsleep) return undefined
  entry.isAsleep = false
  entries.set(key, entry)
  entry.session.reconnect()
  entry.woken?.resolve(entry.session.ready)
  entry.woken = undefined
  return entry
}

/** Ticket and name are asked of whoever holds the session then, not of who happened to be first. */
function opened(key: string, source: OptionsSource): Entry {
  const holders: OptionsSource[] = []
  const options = source()
  const latest = () => {
    const now = (holders.at(-1) ?? source)()
    // Who left it may be somebody else by now.
    return sessionKey(now) === key ? now : undefined
  }
  const name = () => {
    const { name = '' } = latest() ?? options
    return typeof name === 'function' ? name() : name
  }
  const session = createSession({
    ...options,
    name,
    ticket: options.ticket && (() => latest()?.ticket?.() || ''),
    // One that holds it doesn't end it for all; untyped, or spread, it may be there.
    signal: undefined,
  })
  let isReady = false
  const stop = session.store.subscribe(({ status }) => {
    if (status !== 'connected') return
    isReady = true
    stop()
  })
  const entry: Entry = {
    session: {
      ...session,
      // Asleep is not ended: whoever suspends on it waits until it is woken and has caught up.
      get ready() {
        return entry.isAsleep && !isReady ? wakingOf(entry) : session.ready
      },
    },
    holders,
  }
  // Who ends it while it sleeps means it: it is not to be woken.
  for (const end of ['close', 'forget'] as const)
    entry.session[end] = () => {
      entry.isAsleep = false
      session[end]()
    }
  entries.set(key, entry)
  return entry
}

function wakingOf(entry: Entry): Promise<void> {
  entry.woken ??= Promise.withResolvers()
  entry.woken.promise.catch(() => {})
  return entry.woken.promise
}

function hold(key: string, entry: Entry, source: OptionsSource): () => void {
  entry.session.clock.clearTimeout(entry.lingering)
  entry.holders.push(source)
  tell(listeners)
  return () => {
    entry.holders.splice(entry.holders.indexOf(source), 1)
    if (entry.holders.length === 0)
      entry.lingering = entry.session.clock.setTimeout(() => drop(key, entry), LINGER_MS)
  }
}

function drop(key: string, entry: Entry): void {
  entry.session.clock.clearTimeout(entry.lingering)
  const wasEnded = isEnded(entry.session)
  entries.delete(key)
  entry.session.close()
  entry.isAsleep = !wasEnded
}

const isEnded = (session: Session) => session.store.getState().connection.phase === 'ended'
