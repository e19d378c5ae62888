'use client'
/** The feed's live regions: hidden, apart from the list; the log is mounted empty. */

import { type ReactElement, useEffect, useRef, useState } from 'react'
import { useSession } from '../hooks/useSession.ts'
import { useWords } from '../hooks/useWords.ts'
import { type Announce, type Announcement, createAnnouncements } from './createAnnouncements.ts'

/** Entries kept; a screen reader reads what is added, so the older ones only weigh. */
const KEPT = 5

/** In the style, since it is not to be seen without the stylesheet either. */
const HIDDEN = {
  position: 'absolute',
  inlineSize: 1,
  blockSize: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
} as const

interface Entry extends Announcement {
  id: number
}

export function FeedAnnouncer({ announce }: { announce: Announce }): ReactElement {
  const session = useSession()
  const { strings } = useWords()
  const latest = useRef({ strings, announce })
  const log = useRef<HTMLDivElement>(null)
  const [entries, setEntries] = useState<Entry[]>([])
  const [alert, setAlert] = useState<Entry>()
  useEffect(() => {
    latest.current = { strings, announce }
  })
  useEffect(() => {
    const stop = createAnnouncements({
      session,
      isShown: () => log.current?.checkVisibility?.() ?? log.current !== null,
      words: () => latest.current,
      onAnnounce: (told) =>
        setEntries((before) => [...before.slice(1 - KEPT), entryAfter(before.at(-1), told)]),
      onAlert: (text) =>
        setAlert((before) => (text === undefined ? undefined : entryAfter(before, { text }))),
    })
    return () => {
      stop()
      // Of another session none of it is true.
      setEntries([])
      setAlert(undefined)
    }
  }, [session])
  return (
    <>
      <div
        ref={log}
        className="sk-hidden"
        style={HIDDEN}
        role="log"
        aria-label={strings.announcements}
      >
        {entries.map(({ id, text, lang }) => (
          <p key={id} lang={lang}>
            {text}
          </p>
        ))}
      </div>
      {alert && (
        // The one thing that may not be missed. An alert speaks when it comes.
        <p key={alert.id} className="sk-hidden" style={HIDDEN} role="alert">
          {alert.text}
        </p>
      )}
    </>
  )
}

const entryAfter = (before: Entry | undefined, told: Announcement): Entry => ({
  ...told,
  id: (before?.id ?? 0) + 1,
})
