'use client'
/**
 * The part that scrolls: a labelled region without live semantics; focusable, so that the
 * keyboard scrolls it too.
 */

import { type ReactElement, useLayoutEffect, useRef } from 'react'
import { useWords } from '../hooks/useWords.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useMergedRef } from '../Part/useMergedRef.ts'
import { useFeed } from './FeedContext.ts'
import { useFollowing } from './useFollowing.ts'

export interface FeedViewportState {
  atEnd: boolean
}

export function FeedViewport(props: PartProps<'div', FeedViewportState>): ReactElement {
  const { ref, ...rest } = props
  const { keeper } = useFeed()
  const { strings } = useWords()
  const atEnd = useFollowing()
  const viewport = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = viewport.current
    const list = element?.querySelector<HTMLElement>('.sk-feed-list')
    return element && list ? keeper.attach(element, list) : undefined
  }, [keeper])
  return renderPart<'div', FeedViewportState>(
    'div',
    'sk-feed-viewport',
    rest,
    { atEnd },
    {
      ref: useMergedRef(viewport, ref),
      role: 'region',
      'aria-label': strings.feedLabel,
      tabIndex: 0,
    },
  )
}
