'use client'
/** The feed, assembled. */

import type { ReactElement } from 'react'
import { FeedJump } from './FeedJump.tsx'
import { FeedList } from './FeedList.tsx'
import { FeedNotice } from './FeedNotice.tsx'
import { FeedOlder } from './FeedOlder.tsx'
import { FeedRoot, type FeedRootProps } from './FeedRoot.tsx'
import { FeedViewport } from './FeedViewport.tsx'

/**
 * The messages of a session, grouped by author and day. It stays at the end until the reader
 * leaves it, loads older history near the top, and counts what comes meanwhile. Screen readers
 * hear what is finished, never a token.
 */
export function MessageFeed(props: Omit<FeedRootProps, 'children'>): ReactElement {
  return (
    <FeedRoot {...props}>
      <FeedViewport>
        <FeedOlder />
        <FeedNotice />
        <FeedList />
      </FeedViewport>
      <FeedJump />
    </FeedRoot>
  )
}
