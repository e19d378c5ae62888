'use client'
/** Whether the feed stands at its end and follows it. */

import { useSyncExternalStore } from 'react'
import { useFeed } from './FeedContext.ts'

export function useFollowing(): boolean {
  const { keeper } = useFeed()
  return useSyncExternalStore(keeper.subscribe, keeper.isFollowing, () => true)
}
