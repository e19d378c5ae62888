'use client'
/** A piece of a session's store, as it was on the server while React takes over. */

import { useSyncExternalStore } from 'react'
import type { Session, SessionState } from '../../session/Session.ts'

/** @param select gives the same for the same state */
export const useStore = <Selected>(
  { subscribe, getState, getInitialState }: Session['store'],
  select: (state: SessionState) => Selected,
): Selected =>
  useSyncExternalStore(
    subscribe,
    () => select(getState()),
    () => select(getInitialState()),
  )
