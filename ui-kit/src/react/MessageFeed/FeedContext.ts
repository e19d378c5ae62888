'use client'
/** What the parts of one feed share. */

import { createContext } from 'react'
import { useRoot } from '../Part/useRoot.ts'
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
export const useFeed = (): Feed =>
  useRoot(FeedContext, 'the feed', '<FeedRoot><FeedViewport>…</FeedViewport></FeedRoot>')
