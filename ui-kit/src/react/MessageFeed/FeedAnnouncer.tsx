'use client'
/** The one live region of the feed: hidden, mounted empty, apart from the list. */

import { type ReactElement, useEffect, useRef, useState } from 'react'
import { useSession } from '../hooks/useSession.ts'
import { useWords } from '../hooks/useWords.ts'
import { createAnnouncements } from './createAnnouncements.ts'

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

export function FeedAnnouncer(): ReactElement {
  const session = useSession()
  const { strings } = useWords()
  const latest = useRef(strings)
  const [entries, setEntries] = useState<{ id: number; text: string }[]>([])
  useEffect(() => {
    latest.current = strings
  })
  useEffect(
    () =>
      createAnnouncements(
        session,
        () => latest.current,
        (text) =>
          setEntries((before) => [
            ...before.slice(1 - KEPT),
            { id: (before.at(-1)?.id ?? 0) + 1, text },
          ]),
      ),
    [session],
  )
  return (
    <div className="sk-hidden" style={HIDDEN} role="log" aria-label={strings.announcements}>
      {entries.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  )
}
