'use client'
/** What the parts of one feed share. */

import { createContext, useContext } from 'react'
import { SessionError } from '../../session/Session.ts'
import type { FeedReader } from './createFeedReader.ts'
import type { RowFocus } from './createRowFocus.ts'
import type { ScrollKeeper } from './createScrollKeeper.ts'
import type { PartRenderers } from './PartRenderers.ts'

export interface Feed {
  keeper: ScrollKeeper
  focus: RowFocus
  virtual: boolean | 'auto'
  reader: FeedReader
  renderers: Required<PartRenderers>
}

export const FeedContext = createContext<Feed | undefined>(undefined)

/** @throws SessionError `no_root` */
export function useFeed(): Feed {
  const feed = useContext(FeedContext)
  if (feed) return feed
  throw new SessionError(
    'no_root',
    'a part of the feed stands outside of its root. Wrap it: <FeedRoot><FeedViewport>…</FeedViewport></FeedRoot>',
  )
}
