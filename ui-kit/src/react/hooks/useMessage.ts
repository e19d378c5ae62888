'use client'
/** One row of the feed, or a piece of it; no other row wakes this one. */

import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { FeedMessage } from '../../session/Session.ts'
import { createSelection } from './createSelection.ts'
import { useSession } from './useSession.ts'

export function useMessage(key: string | undefined): FeedMessage | undefined
export function useMessage<Selected>(
  key: string | undefined,
  selector: (message: FeedMessage) => Selected,
  isEqual?: (before: Selected, now: Selected) => boolean,
): Selected | undefined
/**
 * @param selector define it outside of the component, or memoise it
 * @param isEqual when it says so, the piece of before is kept and nothing renders
 * @returns undefined while the session has no such row
 */
export function useMessage<Selected>(
  key: string | undefined,
  selector?: (message: FeedMessage) => Selected,
  isEqual: (before: Selected, now: Selected) => boolean = Object.is,
): FeedMessage | Selected | undefined {
  const session = useSession()
  const [read, readInitial] = useMemo(() => {
    const select = selector && createSelection(selector, isEqual)
    const pieceOf = (message: FeedMessage | undefined) =>
      message && select ? select(message) : message
    return [
      () => pieceOf(key === undefined ? undefined : session.getMessage(key)),
      () => pieceOf(session.getInitialMessages().find((message) => message.key === key)),
    ]
  }, [session, key, selector, isEqual])
  const subscribe = useCallback(
    (listener: () => void) =>
      key === undefined ? () => {} : session.subscribeMessage(key, listener),
    [session, key],
  )
  return useSyncExternalStore(subscribe, read, readInitial)
}
