'use client'
/** The rows, by key: renders when rows come, go or move, never for a token. */

import { type CSSProperties, Fragment, type ReactElement, type ReactNode } from 'react'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useBeforePaint } from '../Part/useBeforePaint.ts'
import { useMergedRef } from '../Part/useMergedRef.ts'
import { noteClick } from './createClicks.ts'
import { useFeed } from './FeedContext.ts'
import { FeedRow, type FeedRowProps } from './FeedRow.tsx'
import { useShownRows } from './useShownRows.ts'

export interface FeedListState {
  empty: boolean
  /** only the rows in view and around are in the document */
  virtual: boolean
}

export interface FeedListProps extends Omit<PartProps<'ol', FeedListState>, 'children'> {
  /** One row, as one element. Default: `FeedRow`. */
  children?: (row: FeedRowProps) => ReactNode
}

export function FeedList({ children, ref, ...props }: FeedListProps): ReactElement {
  const { keeper, focus } = useFeed()
  const { keys, pieces, isVirtual, clicks } = useShownRows()
  useBeforePaint(() => focus.mend(), [focus, pieces])
  return renderPart<'ol', FeedListState>(
    'ol',
    'sk-feed-list',
    props,
    { empty: keys.length === 0, virtual: isVirtual },
    {
      ref: useMergedRef<HTMLOListElement>(keeper.setList, ref),
      onClickCapture: ({ nativeEvent }) => noteClick(clicks, nativeEvent),
      children: pieces.map((piece) => {
        if (typeof piece === 'object')
          return <li key={piece.id} data-room="" aria-hidden="true" style={roomStyle(piece.px)} />
        const messageKey = keys[piece] as string
        const row = { messageKey, previousKey: keys[piece - 1] }
        return children ? (
          <Fragment key={messageKey}>{children(row)}</Fragment>
        ) : (
          <FeedRow key={messageKey} {...row} />
        )
      }),
    },
  )
}

/** In the style, since the list works without the stylesheet; it must not hold the reader's place. */
const roomStyle = (px: number): CSSProperties => ({
  display: 'block',
  blockSize: px,
  margin: 0,
  padding: 0,
  overflowAnchor: 'none',
})
