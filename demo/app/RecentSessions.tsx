'use client'
/** The way back to earlier sessions: a column beside the room, or a drawer where it is narrow. */

import { type FeedMessage, useMessageKeys, useSession } from '@session-kit/ui-kit'
import { type MouseEvent, type ReactElement, useEffect, useRef } from 'react'
import { CloseIcon, PlusIcon } from './icons'
import { openNewSession, openSession } from './sessionInUrl'
import {
  forgetRecentSession,
  isCommand,
  rememberSession,
  useRecentSessions,
} from './useRecentSessions'

/** For the button that opens the drawer. */
export const RECENT_ID = 'recent-sessions'

export function RecentSessions({ current }: { current: string | undefined }): ReactElement {
  const recent = useRecentSessions()
  const drawer = useRef<HTMLElement>(null)
  useRemembered(current)

  function close(): void {
    if (drawer.current?.matches(':popover-open')) drawer.current.hidePopover()
  }
  function open(event: MouseEvent, id: string): void {
    // Any other click is the browser's: a new tab, a new window.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    close()
    if (id !== current) openSession(id)
  }

  return (
    <nav ref={drawer} id={RECENT_ID} popover="auto" className="recent" aria-label="Sessions">
      <button
        type="button"
        className="tool recent-new"
        onClick={() => {
          close()
          openNewSession()
        }}
      >
        <PlusIcon />
        New session
      </button>
      {recent.length === 0 ? (
        <p>Sessions that you speak in are listed here.</p>
      ) : (
        <ul>
          {recent.map(({ id, title }) => (
            <li key={id}>
              <a
                href={`?s=${id}`}
                aria-current={id === current ? 'page' : undefined}
                dir="auto"
                title={title}
                onClick={(event) => open(event, id)}
              >
                {title}
              </a>
              <button
                type="button"
                className="tool"
                title="Remove from this list"
                onClick={({ currentTarget }) => {
                  focusNext(currentTarget)
                  forgetRecentSession(id)
                }}
              >
                <CloseIcon />
                <span className="sk-hidden">Remove “{title}” from this list</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </nav>
  )
}

/** What is about to go hands the focus on: to the next one's button, at the end to the one before. */
function focusNext(button: Element): void {
  const line = button.closest('li')
  const neighbour = line?.nextElementSibling ?? line?.previousElementSibling
  const next = neighbour ?? button.closest('nav')
  next?.querySelector('button')?.focus()
}

/** A session is worth a line once something was said in it. */
function useRemembered(id: string | undefined): void {
  const session = useSession()
  const keys = useMessageKeys()
  useEffect(() => {
    const messages = keys.map((key) => session.getMessage(key))
    const lines = messages.map(firstLine).filter(Boolean)
    const title = lines.find((line) => !isCommand(line)) ?? lines[0]
    // What is on its way was said here, and just now.
    const isSpeaking = ['queued', 'sent'].includes(messages.at(-1)?.delivery ?? '')
    if (id !== undefined && title) rememberSession(id, title, isSpeaking)
  }, [id, keys, session])
}

function firstLine(message: FeedMessage | undefined): string {
  if (message?.role !== 'user') return ''
  const text = message.parts.find((part) => part.type === 'text')
  return text?.text.split('\n', 1)[0] ?? ''
}
