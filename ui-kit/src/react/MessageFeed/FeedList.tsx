'use client'
/** The rows, by key: renders when rows come, go or move, never for a token. */

import { Fragment, type ReactElement, type ReactNode, useRef } from 'react'
import { useMessageKeys } from '../hooks/useMessageKeys.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useBeforePaint } from '../Part/useBeforePaint.ts'
import { useMergedRef } from '../Part/useMergedRef.ts'
import { useFeed } from './FeedContext.ts'
import { FeedRow, type FeedRowProps } from './FeedRow.tsx'

export interface FeedListState {
  empty: boolean
}

export interface FeedListProps extends Omit<PartProps<'ol', FeedListState>, 'children'> {
  /** One row. Default: `FeedRow`. */
  children?: (row: FeedRowProps) => ReactNode
}

export function FeedList({ children, ref, ...props }: FeedListProps): ReactElement {
  const { keeper } = useFeed()
  const keys = useMessageKeys()
  const list = useRef<HTMLOListElement>(null)
  useBeforePaint(() => {
    const viewport = list.current?.closest<HTMLElement>('.sk-feed-viewport')
    return list.current && viewport ? keeper.attach(viewport, list.current) : undefined
  }, [keeper])
  return renderPart<'ol', FeedListState>(
    'ol',
    'sk-feed-list',
    props,
    { empty: keys.length === 0 },
    {
      ref: useMergedRef(list, ref),
      children: keys.map((messageKey, index) => {
        const row = { messageKey, previousKey: keys[index - 1] }
        return children ? (
          <Fragment key={messageKey}>{children(row)}</Fragment>
        ) : (
          <FeedRow key={messageKey} {...row} />
        )
      }),
    },
  )
}
