/**
 * Which tab an unsent message belongs to: each tab holds a lock of its own while it lives.
 *
 * What a tab left behind (closed, crashed, put away into the back/forward cache) goes to
 * whoever is granted its lock, so to one tab alone. A tab's id is made anew by every session
 * and kept nowhere, so that a duplicated tab is a tab of its own. Where the platform has no
 * locks every tab takes everything, and the server's word about a cid it knows (W5) is what
 * keeps a message of one person single. Knows no entries.
 */

import type { Timers } from './createTimers.ts'

/** The part of `navigator.locks` that is used. */
export interface TabLocks {
  request(
    name: string,
    options: { signal: AbortSignal },
    held: () => Promise<void> | void,
  ): Promise<unknown>
}

export interface Tabs {
  /** Live: hold the own lock, and wait for those of the others. Harmless when repeated. */
  start(): void
  /** Let go of every lock: a page that holds one can't go into the back/forward cache. */
  stop(): void
}

/** Nobody tells of a tab that came and left something: so one looks. */
const LOOK_MS = 30_000

export function createTabs(ports: {
  timers: Timers
  locks: TabLocks | undefined
  /** lock names begin with it */
  prefix: string
  /** id of this tab */
  tab: string
  /** ids of the tabs that left something, this one excluded */
  others(): Iterable<string>
  /** What this tab left is yours. */
  onGone(tab: string): void
}): Tabs {
  const { locks, prefix, tab, timers } = ports
  const waiting = new Set<string>()
  let life: AbortController | undefined

  function request(name: string, held: () => Promise<void> | void, { signal }: AbortController) {
    waiting.add(name)
    const take = () => {
      waiting.delete(name)
      return signal.aborted ? undefined : held()
    }
    // Refused where the platform has locks but not for this page: then it has none.
    if (locks) locks.request(prefix + name, { signal }, take).catch(take)
    else take()
  }

  const tabs: Tabs = {
    start() {
      if (!life) {
        life = new AbortController()
        const { signal } = life
        const end = new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve()),
        )
        request(tab, () => end, life)
      }
      for (const other of ports.others())
        if (!waiting.has(other)) request(other, () => ports.onGone(other), life)
      if (locks) timers.set('tabs', LOOK_MS, tabs.start)
    },
    stop() {
      life?.abort()
      life = undefined
      waiting.clear()
      timers.clear('tabs')
    },
  }
  return tabs
}
