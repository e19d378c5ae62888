/**
 * The session before there is one: on the server, in the first client render, while
 * `enabled` is false. It shows `connecting` and an empty feed, and refuses to send.
 */

import { type Session, SessionError, type SessionState } from '../../session/Session.ts'

const STATE: SessionState = {
  status: 'connecting',
  connection: { phase: 'connecting', attempt: 0 },
  agent: { state: 'idle' },
  keys: [],
  history: { phase: 'none', hasOlder: false },
  peers: [],
  connections: 0,
  outbox: [],
  unread: { count: 0 },
}

const nothing = () => {}
const noSubscription = () => nothing
const NO_MESSAGES: ReturnType<Session['getMessages']> = []

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

export const pendingSession: Session = {
  sessionId: '',
  clock: { now: () => 0, setTimeout: nothing, clearTimeout: nothing },
  store: { getState: () => STATE, getInitialState: () => STATE, subscribe: noSubscription },
  ready: pendingReady(),
  getMessages: () => NO_MESSAGES,
  getMessage: nothing as () => undefined,
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
  broadcast: nothing,
  onBroadcast: noSubscription,
  getDraft: () => '',
  setDraft: nothing,
  markRead: nothing,
  reconnect: nothing,
  close: nothing,
  forget: nothing,
}
