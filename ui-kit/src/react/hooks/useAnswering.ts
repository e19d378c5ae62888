'use client'
/** Whether an answer grows before the reader's eyes; asked only while the agent works. */

import { useCallback, useSyncExternalStore } from 'react'
import { useSession } from './useSession.ts'

export function useAnswering(): boolean {
  const session = useSession()
  const read = useCallback(() => {
    const { agent, keys } = session.store.getState()
    if (agent.state !== 'working') return false
    // From the end, where answers grow; what was said meanwhile stands below them.
    return keys.findLast((key) => session.getMessage(key)?.state === 'streaming') !== undefined
  }, [session])
  return useSyncExternalStore(session.subscribeMessages, read, () => false)
}
