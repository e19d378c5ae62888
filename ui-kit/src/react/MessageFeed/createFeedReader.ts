/**
 * What the reader has seen: marks messages as read, and keeps the line between old and new.
 *
 * Read is what arrives while the end is in view on a visible page. The line stays where
 * it was when the reader comes back, until they say something or miss something again.
 */

import type { Session } from '../../session/Session.ts'
import type { ScrollKeeper } from './createScrollKeeper.ts'

export interface FeedReader {
  /** the row above which the line stands */
  getUnreadKey(): string | undefined
  subscribe(listener: () => void): () => void
  /** Begin to watch. @returns ends it */
  start(): () => void
}

export function createFeedReader(session: Session, keeper: ScrollKeeper): FeedReader {
  const listeners = new Set<() => void>()
  let unreadKey: string | undefined

  function putLine(key: string | undefined): void {
    if (unreadKey === key) return
    unreadKey = key
    for (const listener of [...listeners]) listener()
  }

  function look(): void {
    const { firstKey } = session.store.getState().unread
    if (firstKey === undefined) return
    if (keeper.isFollowing() && document.visibilityState === 'visible') session.markRead()
    else putLine(firstKey)
  }

  function start(): () => void {
    let { keys } = session.store.getState()
    const stops = [
      keeper.subscribe(look),
      session.store.subscribe((state) => {
        const hasGrown = state.keys !== keys && state.keys.at(-1) !== keys.at(-1)
        keys = state.keys
        if (hasGrown && isOwnNew(session, keys.at(-1))) {
          putLine(undefined)
          keeper.follow()
        }
        look()
      }),
    ]
    document.addEventListener('visibilitychange', look)
    look()
    return () => {
      for (const stop of stops) stop()
      document.removeEventListener('visibilitychange', look)
    }
  }

  return {
    getUnreadKey: () => unreadKey,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start,
  }
}

function isOwnNew(session: Session, key: string | undefined): boolean {
  const message = key === undefined ? undefined : session.getMessage(key)
  return message?.delivery === 'queued' || message?.delivery === 'sent'
}
