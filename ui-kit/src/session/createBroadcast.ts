/** What is said to every connection and stored nowhere. */

import { type Session, SessionError } from './Session.ts'
import { tell } from './tell.ts'

export interface Broadcast extends Pick<Session, 'broadcast' | 'onBroadcast'> {
  heard(data: unknown, from: string): void
}

/** Types that the server reads as its own. */
const RESERVED = ['hello', 'send', 'again', 'cancel', 'page', 'presence', 'ping']

export function createBroadcast(sayNow: (text: string) => void): Broadcast {
  const listeners = new Set<(data: unknown, from: string) => void>()
  return {
    broadcast(data) {
      const type = (data as { type?: unknown } | null | undefined)?.type
      if (RESERVED.includes(type as string))
        throw new SessionError(
          'reserved_type',
          `a broadcast may not have the type ${JSON.stringify(type)}, which the protocol uses`,
        )
      sayNow(JSON.stringify(data))
    },
    onBroadcast(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    heard: (data, from) => tell(listeners, data, from),
  }
}
