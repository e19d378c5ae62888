'use client'
/**
 * A session in one hook, no provider needed.
 *
 * Whoever asks for the same url and id as the same user or guest shares one session and one socket.
 * Options with new identities never reconnect; another url, id, user or guest is another session.
 */

import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { AppTypes } from '../../session/AppTypes.ts'
import type { SessionOptions } from '../../session/index.ts'
import type { Session, SessionState } from '../../session/Session.ts'
import { addTyped, createEarlyDrafts, createPending } from './pendingSession.ts'
import { createHold, sessionKey, subscribeRegistry } from './sessionRegistry.ts'
import { useStore } from './useStore.ts'

/** Without `signal`: a session is shared, and none who holds it ends it for all. */
export interface UseSessionSocketOptions extends Omit<SessionOptions, 'signal'> {
  /** `false` waits: no session, no socket. Default true. */
  enabled?: boolean | undefined
}

/** @typeParam App the application's own types; nobody checks that what comes is what they say */
export interface SessionSocket<App extends AppTypes = AppTypes> {
  /** the line's word: `connecting`, `connected`, `disconnected` */
  status: SessionState['status']
  connection: SessionState['connection']
  agent: SessionState['agent']
  /** All rows in display order. Only a component that reads this renders for a token. */
  readonly messages: ReturnType<Session<App>['getMessages']>
  send: Session<App>['send']
  cancel: Session<App>['cancel']
  /** Everything else, for `SessionProvider` and for calls; the same as long as url, id, user and guest are. */
  session: Session<App>
}

const NO_MESSAGES: SessionSocket['messages'] = []
const none = () => undefined

export function useSessionSocket(options: UseSessionSocketOptions): SessionSocket {
  const { enabled = true, initial, sessionId, userId } = options
  const key = sessionKey(options)
  const hold = useMemo(() => createHold(key), [key])
  const latest = useRef(options)
  const [drafts] = useState(createEarlyDrafts)
  const early = drafts.find(options)
  useEffect(() => {
    latest.current = options
    drafts.settle(options, early)
  })
  useEffect(() => {
    const letGo = enabled ? hold.take(() => latest.current) : undefined
    addTyped(hold.get(), early)
    return letGo
  }, [hold, enabled, early])

  const known = useSyncExternalStore(subscribeRegistry, enabled ? hold.get : hold.resumes, none)
  // Somebody else may have opened it.
  useEffect(() => addTyped(known, early), [known, early])
  const pending = useMemo(
    () => createPending({ sessionId, initial, userId }, known ?? early),
    [sessionId, initial, userId, known, early],
  )
  const session = (enabled && known) || pending
  const status = useStore(session.store, (state) => state.status)
  const connection = useStore(session.store, (state) => state.connection)
  const agent = useStore(session.store, (state) => state.agent)

  const [reading] = useState(createReading)
  const messages = useSyncExternalStore(
    session.subscribeMessages,
    () => reading.snapshot(session),
    () => session.getInitialMessages(),
  )
  return useMemo(
    () => toSocket({ status, connection, agent, session }, messages, reading),
    [status, connection, agent, session, messages, reading],
  )
}

/** A component that never reads `messages` is not woken for them. */
function createReading() {
  let isReader = false
  return {
    snapshot: (session: Session) => (isReader ? session.getMessages() : NO_MESSAGES),
    read(rendered: SessionSocket['messages'], session: Session) {
      isReader = true
      // Read for the first time, before a render took them.
      return rendered === NO_MESSAGES ? session.getMessages() : rendered
    },
  }
}

/** Outside of the hook: the React Compiler takes no getter inside of one. */
function toSocket(
  state: Pick<SessionSocket, 'status' | 'connection' | 'agent' | 'session'>,
  rendered: SessionSocket['messages'],
  reading: ReturnType<typeof createReading>,
): SessionSocket {
  const { session } = state
  return {
    ...state,
    get messages() {
      return reading.read(rendered, session)
    },
    send: session.send,
    cancel: session.cancel,
  }
}
