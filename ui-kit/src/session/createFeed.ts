/**
 * What is on show: the feed's rows, the store beside it, and the commits that move both.
 *
 * Rows and state that changed become visible together; first everything is in place,
 * then the listeners hear of it. A listener that throws harms nobody else. Knows no
 * frames.
 */

import { createStore } from 'zustand/vanilla'
import { createFeedLog, type FeedLog, isStored, UNSTORED_POS } from './feedLog.ts'
import type { Schedule } from './frameSchedule.ts'
import type { FeedMessage, Session, SessionState } from './Session.ts'
import { tell } from './tell.ts'

export interface FeedPorts {
  /** what is on show before anything happens */
  first: SessionState
  schedule: Schedule
  /** cids not yet stored; the same array as long as nothing changed */
  outbox(): readonly string[]
}

export interface Feed
  extends Pick<Session, 'store' | 'subscribeMessage' | 'subscribeMessages' | 'markRead'> {
  log: FeedLog
  /** The state as the next commit will show it. */
  state(): SessionState
  /** Change state with the next commit. */
  patch(change: Partial<SessionState>): void
  /** Show the draft with the next frame. */
  commitSoon(): void
  /** Show the draft now. */
  commit(): void
}

export function createFeed(ports: FeedPorts): Feed {
  const log = createFeedLog()
  const store = createStore<SessionState>(() => ports.first)
  const rowListeners = new Map<string, Set<() => void>>()
  const listeners = new Set<() => void>()
  let change: Partial<SessionState> = {}
  /** A commit is on its way; `schedule` may run it before it returns. */
  let isDue = false
  let cancel = () => {}
  /** Up to here everything is read. */
  let readPos = 0
  /** whose own words are never unread */
  let reader: string | undefined
  const unread = new Map<string, FeedMessage>()
  /** of the unread, in the feed's order */
  let first: FeedMessage | undefined

  const state = () => ({ ...store.getState(), ...change })

  const isUnread = (row: FeedMessage) =>
    isStored(row) && row.pos > readPos && row.author.id !== reader && row.state !== 'deleted'

  /** One row at a time: a token costs the same, however much is unread. */
  function note(key: string) {
    const row = log.get(key)
    if (row && isUnread(row)) {
      unread.set(key, row)
      if (!first || row.pos <= first.pos) first = row
    } else if (unread.delete(key) && first?.key === key) {
      first = undefined
      for (const other of unread.values()) if (!first || other.pos < first.pos) first = other
    }
  }

  function commit() {
    isDue = false
    cancel()
    const touched = log.commit()
    const shown = store.getState()
    if (log.keys() !== shown.keys) change.keys = log.keys()
    if (ports.outbox() !== shown.outbox) change.outbox = ports.outbox()
    const you = state().you?.user.id
    const isSame = you === reader
    reader = you
    for (const key of isSame ? touched : [...touched, ...log.keys()]) note(key)
    if (unread.size !== shown.unread.count || first?.key !== shown.unread.firstKey)
      change.unread = { count: unread.size, ...(first && { firstKey: first.key }) }
    const changed = change
    change = {}
    if (Object.keys(changed).length > 0) store.setState(changed)
    for (const key of touched) tell(rowListeners.get(key))
    if (touched.length > 0) tell(listeners)
  }

  return {
    log,
    store: {
      ...store,
      subscribe: (listener) => store.subscribe((...states) => tell([listener], ...states)),
    },
    state,
    patch: (part) => Object.assign(change, part),
    commitSoon() {
      if (isDue) return
      isDue = true
      cancel = ports.schedule(commit)
    },
    commit,
    subscribeMessage(key, listener) {
      const known = rowListeners.get(key) ?? new Set()
      rowListeners.set(key, known.add(listener))
      return () => {
        known.delete(listener)
        if (known.size === 0 && rowListeners.get(key) === known) rowListeners.delete(key)
      }
    },
    subscribeMessages(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    markRead() {
      const last = log.keys().findLast((key) => isStored(log.get(key) ?? { pos: UNSTORED_POS }))
      readPos = log.get(last ?? '')?.pos ?? 0
      unread.clear()
      first = undefined
      commit()
    },
  }
}
