'use client'
/** The way back to the end, while the reader is elsewhere: "n new messages". */

import type { ReactElement } from 'react'
import type { SessionState } from '../../session/Session.ts'
import { useSessionState } from '../hooks/useSessionState.ts'
import { useWords } from '../hooks/useWords.ts'
import { DownIcon } from '../Part/icons.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useFeed } from './FeedContext.ts'
import { useFollowing } from './useFollowing.ts'

export interface FeedJumpState {
  /** messages that came meanwhile */
  count: number
}

const selectCount = (state: SessionState) => state.unread.count

export function FeedJump(props: PartProps<'button', FeedJumpState>): ReactElement | null {
  const { keeper } = useFeed()
  const { strings } = useWords()
  const count = useSessionState(selectCount)
  if (useFollowing()) return null
  return renderPart<'button', FeedJumpState>(
    'button',
    'sk-feed-jump',
    props,
    { count },
    {
      type: 'button',
      onClick: () => {
        // The button goes away with its reason; the focus stays in the feed.
        keeper.getElements()?.viewport.focus({ preventScroll: true })
        keeper.follow()
      },
      children: (
        <>
          <DownIcon />
          <span>{count > 0 ? strings.newMessages(count) : strings.jumpToLatest}</span>
        </>
      ),
    },
  )
}
