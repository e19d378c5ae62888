'use client'
/** Unstored words to everybody who is connected, and from them. */

import { useCallback, useEffect, useRef } from 'react'
import { useSession } from './useSession.ts'

/**
 * @param onBroadcast called with what any connection sent, this one included; always the latest one
 * @returns sends to every connection; false when it was dropped: the session isn't live, or more
 * was said than the server allows
 */
export function useBroadcast(
  onBroadcast?: (data: unknown, from: string) => void,
): (data: unknown) => boolean {
  const session = useSession()
  const latest = useRef(onBroadcast)
  useEffect(() => {
    latest.current = onBroadcast
  })
  useEffect(() => session.onBroadcast((data, from) => latest.current?.(data, from)), [session])
  return useCallback((data) => session.broadcast(data), [session])
}
