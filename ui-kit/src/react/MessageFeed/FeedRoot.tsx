'use client'
/** The feed's outermost part: what its parts share, and the one live region. */

import { type ReactElement, useEffect, useMemo } from 'react'
import type { Session } from '../../session/Session.ts'
import { useSession } from '../hooks/useSession.ts'
import { selectIsLive, useSessionState } from '../hooks/useSessionState.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import type { Announce } from './createAnnouncements.ts'
import { createFeedReader } from './createFeedReader.ts'
import { createRowFocus } from './createRowFocus.ts'
import { createScrollKeeper } from './createScrollKeeper.ts'
import { defaultRenderers } from './defaultRenderers.tsx'
import { FeedAnnouncer } from './FeedAnnouncer.tsx'
import { FeedContext } from './FeedContext.ts'
import type { PartRenderers } from './PartRenderers.ts'

export interface FeedRootState {
  /** messages travel; while they don't, nothing in the feed moves as if they did */
  live: boolean
}

export interface FeedRootProps extends PartProps<'div', FeedRootState> {
  renderers?: PartRenderers | undefined
  /**
   * Keep only the rows in view, and a few around, in the document. `auto`, the default: above
   * 300 rows. With `false` find in page, print and screen readers have every row that is
   * loaded, at the cost of time for each. Rows of your own must be one element each.
   */
  virtual?: boolean | 'auto' | undefined
  /**
   * What screen readers hear of a message that is finished: `complete`, the default, who and the
   * beginning of what; `summary`, who and that it is complete; `off`, nothing. That a message of
   * one's own was refused is told in any case.
   */
  announce?: Announce | undefined
}

export function FeedRoot(props: FeedRootProps): ReactElement {
  const { renderers, virtual = 'auto', announce = 'complete', children, ...rest } = props
  const session = useSession()
  const live = useSessionState(selectIsLive)
  const hands = useMemo(() => createHands(session), [session])
  const feed = useMemo(
    () => ({ ...hands, virtual, renderers: { ...defaultRenderers, ...renderers } }),
    [hands, virtual, renderers],
  )
  useEffect(() => hands.reader.start(), [hands])
  return (
    <FeedContext.Provider value={feed}>
      {renderPart<'div', FeedRootState>(
        'div',
        'sk-feed',
        rest,
        { live },
        {
          children: (
            <>
              {children}
              <FeedAnnouncer announce={announce} />
            </>
          ),
        },
      )}
    </FeedContext.Provider>
  )
}

/** Of one session: another one is read from its own end. */
function createHands(session: Session) {
  const keeper = createScrollKeeper()
  const reader = createFeedReader(session, keeper)
  const focus = createRowFocus(session, keeper)
  return { keeper, reader, focus }
}
