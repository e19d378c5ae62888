'use client'
/** A piece of the session's state; renders only when that piece changes. */

import { useMemo } from 'react'
import type { SessionState } from '../../session/Session.ts'
import { createSelection } from './createSelection.ts'
import { useSession } from './useSession.ts'
import { useStore } from './useStore.ts'

export const selectConnection = (state: SessionState) => state.connection
export const selectAgent = (state: SessionState) => state.agent
export const selectHistory = (state: SessionState) => state.history
export const selectUnread = (state: SessionState) => state.unread
export const selectIsLive = (state: SessionState) => state.connection.phase === 'live'
/** With the line down nobody knows what the agent does, and nothing can stop it. */
export const selectIsWorking = (state: SessionState) =>
  selectIsLive(state) && state.agent.state === 'working'

/**
 * @param selector may be written in place. One that makes a new object or array each time
 *   renders at every change of the state, but never loops.
 */
export function useSessionState<Selected>(selector: (state: SessionState) => Selected): Selected {
  const { store } = useSession()
  return useStore(
    store,
    useMemo(() => createSelection(selector), [selector]),
  )
}
