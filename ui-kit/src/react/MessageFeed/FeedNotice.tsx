'use client'
/** What stands in the feed while it has no rows: loading, out of reach, empty, or empty for good. */

import type { ReactElement } from 'react'
import type { SessionState } from '../../session/Session.ts'
import { useSessionState } from '../hooks/useSessionState.ts'
import { useWords } from '../hooks/useWords.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'

export interface FeedNoticeState {
  notice: 'loading' | 'unreachable' | 'empty' | 'nothing'
}

function selectNotice(state: SessionState): FeedNoticeState['notice'] | undefined {
  if (state.keys.length > 0) return undefined
  const { phase, attempt } = state.connection
  if (phase === 'ended') return 'nothing'
  // Who may only read isn't asked to begin.
  if (state.history.phase !== 'none') return state.you?.role === 'viewer' ? 'nothing' : 'empty'
  return phase === 'paused' || attempt > 1 ? 'unreachable' : 'loading'
}

export function FeedNotice(props: PartProps<'p', FeedNoticeState>): ReactElement | null {
  const notice = useSessionState(selectNotice)
  const { strings } = useWords()
  if (!notice) return null
  const children = {
    loading: strings.feedLoading,
    unreachable: strings.feedUnreachable,
    empty: strings.feedEmpty,
    nothing: strings.feedNothing,
  }[notice]
  return renderPart<'p', FeedNoticeState>('p', 'sk-feed-notice', props, { notice }, { children })
}
