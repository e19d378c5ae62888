'use client'
/**
 * The place above the first row: loads older history when it comes near, and says so.
 *
 * Its height is the same in every state, so that saying something moves nothing.
 */

import { type ReactElement, useCallback, useEffect, useRef } from 'react'
import type { SessionState } from '../../session/Session.ts'
import { useSession } from '../hooks/useSession.ts'
import { selectHistory, useSessionState } from '../hooks/useSessionState.ts'
import { useWords } from '../hooks/useWords.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useMergedRef } from '../Part/useMergedRef.ts'
import { useFeed } from './FeedContext.ts'

export interface FeedOlderState {
  phase: SessionState['history']['phase']
  hasOlder: boolean
}

/** How near the reader may come before older history is fetched. */
const NEAR = '400px'

const selectRowCount = (state: SessionState) => state.keys.length

export function FeedOlder(props: PartProps<'div', FeedOlderState>): ReactElement | null {
  const { ref, ...rest } = props
  const session = useSession()
  const { keeper } = useFeed()
  const { strings } = useWords()
  const { phase, hasOlder } = useSessionState(selectHistory)
  const rowCount = useSessionState(selectRowCount)
  const place = useRef<HTMLDivElement>(null)
  const merged = useMergedRef(place, ref)
  const load = useCallback(() => {
    // A failure is for `history.phase` to tell; an unhandled rejection would tell it twice.
    session.loadOlder().catch(() => {})
  }, [session])

  // Begun anew after every page: an observer says at once whether there is room for another.
  useEffect(() => {
    const element = place.current
    if (!element || phase !== 'idle' || !hasOlder || rowCount === 0) return
    if (typeof IntersectionObserver === 'undefined') return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) load()
      },
      { root: keeper.getElements()?.viewport ?? null, rootMargin: `${NEAR} 0px 0px` },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [keeper, load, phase, hasOlder, rowCount])

  if (phase === 'none' || rowCount === 0) return null
  const words = {
    loading: strings.olderLoading,
    error: strings.olderFailed,
    idle: hasOlder ? '' : strings.feedStart,
  }[phase]
  return renderPart<'div', FeedOlderState>(
    'div',
    'sk-feed-older',
    rest,
    { phase, hasOlder },
    {
      ref: merged,
      children: (
        <>
          <span>{words}</span>
          {phase === 'error' && (
            <button
              type="button"
              className="sk-button"
              onClick={() => {
                // The button goes away with its reason; the focus stays in the feed.
                keeper.getElements()?.viewport.focus()
                load()
              }}
            >
              {strings.olderRetry}
            </button>
          )}
        </>
      ),
    },
  )
}
