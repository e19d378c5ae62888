'use client'
/**
 * The part that scrolls: a labelled region without live semantics. The feed's one tab stop: the
 * keyboard scrolls it, and goes on from it to the messages.
 */

import type { ReactElement } from 'react'
import { useWords } from '../hooks/useWords.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useMergedRef } from '../Part/useMergedRef.ts'
import { useFeed } from './FeedContext.ts'
import { useFollowing } from './useFollowing.ts'

export interface FeedViewportState {
  atEnd: boolean
}

/** In the style, since the feed scrolls without the stylesheet, wherever its height is bounded. */
const SCROLLS = { overflowY: 'auto', minBlockSize: 0 } as const

export function FeedViewport({ ref, ...props }: PartProps<'div', FeedViewportState>): ReactElement {
  const { strings } = useWords()
  const { focus, keeper } = useFeed()
  const atEnd = useFollowing()
  return renderPart<'div', FeedViewportState>(
    'div',
    'sk-feed-viewport',
    props,
    { atEnd },
    {
      ref: useMergedRef<HTMLDivElement>(keeper.setViewport, ref),
      style: SCROLLS,
      role: 'region',
      'aria-label': strings.feedLabel,
      tabIndex: 0,
      onKeyDown: focus.onKeyDown,
      onFocus: focus.onFocus,
      onBlur: focus.onBlur,
    },
  )
}
