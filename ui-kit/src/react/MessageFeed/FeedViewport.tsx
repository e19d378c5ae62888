'use client'
/**
 * The part that scrolls: a labelled region without live semantics; focusable, so that the
 * keyboard scrolls it too.
 */

import type { ReactElement } from 'react'
import { useWords } from '../hooks/useWords.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useFollowing } from './useFollowing.ts'

export interface FeedViewportState {
  atEnd: boolean
}

export function FeedViewport(props: PartProps<'div', FeedViewportState>): ReactElement {
  const { strings } = useWords()
  const atEnd = useFollowing()
  return renderPart<'div', FeedViewportState>(
    'div',
    'sk-feed-viewport',
    props,
    { atEnd },
    {
      role: 'region',
      'aria-label': strings.feedLabel,
      tabIndex: 0,
    },
  )
}
