'use client'
/** The chat page: one session, the one that the URL names. */

import {
  PresenceList,
  SessionProvider,
  StatusIndicator,
  useSessionSocket,
} from '@session-kit/ui-kit'
import { isSessionId } from '@session-kit/ui-kit/protocol'
import { type ReactElement, useEffect, useState } from 'react'
import { Conversation } from './Conversation'
import { CopyLink } from './CopyLink'
import { ListIcon, LogoMark, PlusIcon } from './icons'
import { NameField } from './NameField'
import { RECENT_ID, RecentSessions } from './RecentSessions'
import { openNewSession, useSessionInUrl } from './sessionInUrl'
import { ThemeToggle } from './ThemeToggle'
import { UnknownSession } from './UnknownSession'
import { UnreadTitle } from './UnreadTitle'
import { useKeyboardRoom } from './useKeyboardRoom'
import { useStoredName } from './useStoredName'

/** Where the Worker is; in one place with this page unless `pnpm dev` says otherwise. */
const URL = process.env.NEXT_PUBLIC_SESSION_URL ?? ''

export function ChatPage(): ReactElement {
  const sessionId = useSessionInUrl()
  const isKnown = sessionId === undefined || isSessionId(sessionId)
  const [name, setName] = useStoredName()
  const [isRenaming, setIsRenaming] = useState(false)
  const { session } = useSessionSocket({
    url: URL,
    sessionId: sessionId ?? '',
    name: name ?? '',
    enabled: sessionId !== undefined && isKnown && name !== undefined && !isRenaming,
  })
  useEffect(() => {
    if (isRenaming) setIsRenaming(false)
  }, [isRenaming])
  useKeyboardRoom()

  // The name is told on joining, so that a new one means to join anew.
  function rename(next: string): void {
    session.close()
    setName(next)
    setIsRenaming(true)
  }

  return (
    <SessionProvider session={session}>
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
          <PresenceList max={4} />
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
                <NameField name={name} onRename={rename} />
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
