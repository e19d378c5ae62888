'use client'
/** The rows of the feed, in display order; renders when rows come, go or move, not for a token. */

import type { SessionState } from '../../session/Session.ts'
import { useSessionState } from './useSessionState.ts'

const selectKeys = (state: SessionState) => state.keys

export const useMessageKeys = (): readonly string[] => useSessionState(selectKeys)
