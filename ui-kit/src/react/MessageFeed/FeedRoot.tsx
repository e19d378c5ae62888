'use client'
/** The feed's outermost part: what its parts share, and the one live region. */

import { type ReactElement, useEffect, useMemo, useState } from 'react'
import { useSession } from '../hooks/useSession.ts'
import { selectIsLive, useSessionState } from '../hooks/useSessionState.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { createFeedReader } from './createFeedReader.ts'
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
}

export function FeedRoot({ renderers, children, ...props }: FeedRootProps): ReactElement {
  const session = useSession()
  const live = useSessionState(selectIsLive)
  const [keeper] = useState(createScrollKeeper)
  const reader = useMemo(() => createFeedReader(session, keeper), [session, keeper])
  const feed = useMemo(
    () => ({ keeper, reader, renderers: { ...defaultRenderers, ...renderers } }),
    [keeper, reader, renderers],
  )
  useEffect(() => reader.start(), [reader])
  return (
    <FeedContext.Provider value={feed}>
      {renderPart<'div', FeedRootState>(
        'div',
        'sk-feed',
        props,
        { live },
        {
          children: (
            <>
              {children}
              <FeedAnnouncer />
            </>
          ),
        },
      )}
    </FeedContext.Provider>
  )
}
