'use client'
/** What stands in the feed while it has no rows: loading, out of reach, or empty. */

import type { ReactElement } from 'react'
import type { SessionState } from '../../session/Session.ts'
import { useSessionState } from '../hooks/useSessionState.ts'
import { useWords } from '../hooks/useWords.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'

export interface FeedNoticeState {
  notice: 'loading' | 'unreachable' | 'empty'
}

function selectNotice(state: SessionState): FeedNoticeState['notice'] | undefined {
  if (state.keys.length > 0) return undefined
  if (state.history.phase !== 'none') return 'empty'
  const { phase, attempt } = state.connection
  return phase === 'ended' || phase === 'paused' || attempt > 1 ? 'unreachable' : 'loading'
}

export function FeedNotice(props: PartProps<'p', FeedNoticeState>): ReactElement | null {
  const notice = useSessionState(selectNotice)
  const { strings } = useWords()
  if (!notice) return null
  const children = {
    loading: strings.feedLoading,
    unreachable: strings.feedUnreachable,
    empty: strings.feedEmpty,
  }[notice]
  return renderPart<'p', FeedNoticeState>('p', 'sk-feed-notice', props, { notice }, { children })
}
