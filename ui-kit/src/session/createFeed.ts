/**
 * What is on show: the feed's rows, the store beside it, and the commits that move both.
 *
 * Rows and state that changed become visible together; first everything is in place,
 * then the listeners hear of it. A listener that throws harms nobody else. Knows no
 * frames.
 */

import { createStore } from 'zustand/vanilla'
import { NONE } from './createOutbox.ts'
import { createFeedLog, type FeedLog, isStored } from './feedLog.ts'
import type { Schedule } from './frameSchedule.ts'
import type { FeedMessage, Session, SessionState } from './Session.ts'
import { tell } from './tell.ts'

export interface FeedPorts {
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

export const FIRST_STATE: SessionState = {
  status: 'connecting',
  connection: { phase: 'connecting', attempt: 0 },
  agent: { state: 'idle' },
  keys: [],
  history: { phase: 'none', hasOlder: false },
  peers: [],
  connections: 0,
  outbox: NONE,
  unread: { count: 0 },
}

export function createFeed(ports: FeedPorts): Feed {
  const log = createFeedLog()
  const store = createStore<SessionState>(() => FIRST_STATE)
  const rowListeners = new Map<string, Set<() => void>>()
  const listeners = new Set<() => void>()
  let change: Partial<SessionState> = {}
  let cancel: (() => void) | undefined
  /** Up to here everything is read. */
  let readPos = 0

  const state = () => ({ ...store.getState(), ...change })

  /** From the newest stored row back, until `isEnough`. */
  function backwards(isEnough: (row: FeedMessage) => boolean) {
    const keys = log.keys()
    for (let i = keys.length - 1; i >= 0; i--) {
      const row = log.get(keys[i] ?? '')
      if (row && isStored(row) && isEnough(row)) return
    }
  }

  function countUnread(): SessionState['unread'] {
    const you = state().you?.user.id
    let unread = FIRST_STATE.unread
    backwards(({ pos, author, state, key }) => {
      if (pos <= readPos) return true
      if (author.id !== you && state !== 'deleted')
        unread = { count: unread.count + 1, firstKey: key }
      return false
    })
    return unread
  }

  function commit() {
    cancel?.()
    cancel = undefined
    const touched = log.commit()
    const shown = store.getState()
    if (log.keys() !== shown.keys) change.keys = log.keys()
    if (ports.outbox() !== shown.outbox) change.outbox = ports.outbox()
    if (touched.length > 0 || change.unread) {
      const unread = countUnread()
      if (unread.count !== shown.unread.count || unread.firstKey !== shown.unread.firstKey)
        change.unread = unread
      else delete change.unread
    }
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
      cancel ??= ports.schedule(commit)
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
      readPos = 0
      backwards(({ pos }) => {
        readPos = pos
        return true
      })
      change.unread = FIRST_STATE.unread
      commit()
    },
  }
}
