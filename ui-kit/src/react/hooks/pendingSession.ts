/**
 * The session before there is one: on the server, in the first client render, while
 * `enabled` is false. It shows `connecting` and what `initial` has, takes what is typed, for each
 * session by itself, and refuses to send.
 */

import { below, createDraft, type Draft } from '../../session/createDraft.ts'
import { initialRows, initialState } from '../../session/InitialSession.ts'
import type { SessionOptions } from '../../session/index.ts'
import { createKeep } from '../../session/keep.ts'
import { type Session, SessionError } from '../../session/Session.ts'
import { plainUrl } from '../../session/sessionAddress.ts'

const nothing = () => {}
const noSubscription = () => nothing

function refuse(): never {
  throw new SessionError(
    'not_started',
    'the session has not started yet: it starts after the first render in the browser, and only while `enabled` is not false',
  )
}

/**
 * Suspended on: in the browser until the session is there. A server has none to wait for, so
 * there it rejects, and React leaves that boundary to the browser instead of waiting for ever.
 */
function pendingReady(): Promise<void> {
  if (typeof document !== 'undefined') return new Promise(nothing)
  const ready = (async () => refuse())()
  ready.catch(nothing)
  return ready
}

/** What is typed before there is a session to keep it, for each session its own. */
export interface EarlyDrafts {
  /**
   * Where none was typed for this user in this session: what was typed while the user, the
   * session or both were not known. Changes nothing, so a render may ask.
   */
  find(options: SessionOptions): Draft
  /** From now on it is theirs, and nobody else finds it. */
  settle(options: SessionOptions, draft: Draft): void
}

export const createEarlyDraft = (): Draft => createDraft(createKeep('', null))

export function createEarlyDrafts(): EarlyDrafts {
  const drafts = new Map<string, Draft>()
  return {
    find(options) {
      const found = placesOf(options).flatMap((place) => drafts.get(place) ?? [])
      return found.find((draft) => draft.getDraft()) ?? found[0] ?? createEarlyDraft()
    },
    settle(options, draft) {
      const [own = '', ...vague] = placesOf(options)
      for (const place of vague) if (drafts.get(place) === draft) drafts.delete(place)
      drafts.set(own, draft)
    },
  }
}

/** Their own first, then those where less was known. */
function placesOf({ url, sessionId, ticket, userId, guest }: SessionOptions): string[] {
  const who = (ticket ? userId : guest) ?? ''
  return [
    [sessionId, who],
    [sessionId, ''],
    ['', who],
    ['', ''],
  ].map((place) => [plainUrl(url), ...place].join(' '))
}

/** What stood there comes first. */
export function addTyped(session: Session | undefined, early: Draft): void {
  const typed = early.getDraft()
  if (!session || !typed) return
  session.setDraft(below(session.getDraft(), typed))
  early.setDraft('')
}

/** With one `initial` the same rows each time: the server's render and the first one agree. */
export function createPending(
  options: Pick<SessionOptions, 'sessionId' | 'initial' | 'userId'>,
  { getDraft, setDraft, subscribeDraft, forget }: Session | Draft,
): Session {
  const rows = initialRows(options)
  const state = initialState(options)
  return {
    ...blank,
    getDraft,
    setDraft,
    subscribeDraft,
    forget,
    sessionId: options.sessionId,
    store: { getState: () => state, getInitialState: () => state, subscribe: noSubscription },
    getMessages: () => rows,
    getMessage: (key) => rows.find((row) => row.key === key),
    getInitialMessages: () => rows,
  }
}

const blank = {
  clock: { now: () => 0, setTimeout: nothing, clearTimeout: nothing },
  ready: pendingReady(),
  subscribeMessage: noSubscription,
  subscribeMessages: noSubscription,
  send: refuse,
  bytesLeft: () => Number.MAX_SAFE_INTEGER,
  retry: nothing,
  discard: nothing,
  again: async () => refuse(),
  cancel: nothing,
  loadOlder: async () => refuse(),
  setPresence: nothing,
  setTyping: nothing,
  broadcast: () => false,
  onBroadcast: noSubscription,
  markRead: nothing,
  reconnect: nothing,
  close: nothing,
}

/** One of these, whatever it shows. */
export const isPending = ({ send }: Session): boolean => send === refuse
