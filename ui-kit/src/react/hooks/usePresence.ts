'use client'
/** The people in the session, yourself first; empty above `limits.peers` connections. */

import { useMemo, useSyncExternalStore } from 'react'
import { createPeople, type Person } from './createPeople.ts'
import { useSession } from './useSession.ts'

const NOBODY: readonly Person[] = []

export function usePresence(): readonly Person[] {
  const session = useSession()
  const people = useMemo(() => createPeople(session), [session])
  return useSyncExternalStore(people.subscribe, people.get, () => NOBODY)
}
