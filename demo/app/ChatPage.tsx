'use client'
/** The chat page: one session, the one that the URL names. */

import {
  PresenceList,
  SessionProvider,
  type SessionStrings,
  StatusIndicator,
  useSessionSocket,
} from '@session-kit/ui-kit'
import { isSessionId } from '@session-kit/ui-kit/protocol'
import { type ReactElement, useEffect, useRef } from 'react'
import { Conversation } from './Conversation'
import { CopyLink } from './CopyLink'
import { focusComposer } from './focusComposer'
import { ListIcon, LogoMark, PlusIcon } from './icons'
import { NameField } from './NameField'
import { RECENT_ID, RecentSessions } from './RecentSessions'
import { openNewSession, useSessionInUrl } from './sessionInUrl'
import { ThemeToggle } from './ThemeToggle'
import { UnknownSession } from './UnknownSession'
import { UnreadTitle } from './UnreadTitle'
import { useIsNarrow } from './useIsNarrow'
import { useKeyboardRoom } from './useKeyboardRoom'
import { useStoredName } from './useStoredName'

/** Where the Worker is; in one place with this page unless `pnpm dev` says otherwise. */
const URL = process.env.NEXT_PUBLIC_SESSION_URL ?? ''

/** The bar is short of room. */
const WORDS: Partial<SessionStrings> = { morePeople: (count) => `+${count}` }

export function ChatPage(): ReactElement {
  const sessionId = useSessionInUrl()
  const isKnown = sessionId === undefined || isSessionId(sessionId)
  const [name, setName] = useStoredName()
  const { session } = useSessionSocket({
    url: URL,
    sessionId: sessionId ?? '',
    name: name ?? '',
    enabled: sessionId !== undefined && isKnown && name !== undefined,
  })
  // The name is told on joining: a new one, of this tab or of another, means to join anew.
  const toldName = useRef(name)
  useEffect(() => {
    if (toldName.current !== undefined && toldName.current !== name) session.reconnect()
    toldName.current = name
  }, [name, session])
  // Who opened a session writes in it next. A finger would call up the keyboard with it.
  useEffect(() => {
    if (sessionId !== undefined && matchMedia('(pointer: fine)').matches) focusComposer()
  }, [sessionId])
  useKeyboardRoom()
  const isNarrow = useIsNarrow()

  return (
    <SessionProvider session={session} strings={WORDS}>
      <div className="page">
        <header className="bar">
          <button type="button" className="tool" popoverTarget={RECENT_ID} title="Sessions">
            <ListIcon />
            <span className="sk-hidden">Sessions</span>
          </button>
          <h1>
            <LogoMark />
            <span>session-kit</span>
          </h1>
          {isKnown && <StatusIndicator />}
          <PresenceList max={isNarrow ? 2 : 4} />
          <div className="tools">
            {isKnown && <CopyLink />}
            <button type="button" className="tool new" onClick={openNewSession} title="New session">
              <PlusIcon />
              <span className="sk-hidden">New session</span>
            </button>
            <ThemeToggle />
          </div>
        </header>
        <div className="body">
          <RecentSessions current={isKnown ? sessionId : undefined} />
          <main className="room">
            {isKnown ? <Conversation /> : <UnknownSession />}
            {isKnown && (
              <footer className="foot">
                <NameField name={name} onRename={setName} />
                <p>Enter sends, Shift + Enter breaks the line</p>
              </footer>
            )}
          </main>
        </div>
        <UnreadTitle />
      </div>
    </SessionProvider>
  )
}
