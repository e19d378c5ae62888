'use client'
/** The rows, by key: renders when rows come, go or move, never for a token. */

import { Fragment, type ReactElement, type ReactNode } from 'react'
import { useMessageKeys } from '../hooks/useMessageKeys.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { FeedRow, type FeedRowProps } from './FeedRow.tsx'

export interface FeedListState {
  empty: boolean
}

export interface FeedListProps extends Omit<PartProps<'ol', FeedListState>, 'children'> {
  /** One row. Default: `FeedRow`. */
  children?: (row: FeedRowProps) => ReactNode
}

export function FeedList({ children, ...props }: FeedListProps): ReactElement {
  const keys = useMessageKeys()
  return renderPart(
    'ol',
    'sk-feed-list',
    props,
    { empty: keys.length === 0 },
    {
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
