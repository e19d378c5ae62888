/** What is said to every connection and stored nowhere. */

import { utf8Length } from '../protocol/index.ts'
import type { Speech } from './createSpeech.ts'
import { type Session, SessionError } from './Session.ts'
import { tell } from './tell.ts'
import { tooLarge } from './tooLarge.ts'

export interface Broadcast extends Pick<Session, 'broadcast' | 'onBroadcast'> {
  heard(data: unknown, from: string): void
}

/** Types that the server reads as its own. */
const RESERVED = ['hello', 'send', 'again', 'cancel', 'page', 'presence', 'ping']

export function createBroadcast(speech: Pick<Speech, 'limits' | 'sayNow'>): Broadcast {
  const listeners = new Set<(data: unknown, from: string) => void>()
  return {
    broadcast(data) {
      const type = (data as { type?: unknown } | null | undefined)?.type
      if (RESERVED.includes(type as string))
        throw new SessionError(
          'reserved_type',
          `a broadcast may not have the type "${type}", which the protocol uses`,
        )
      const text: string | undefined = JSON.stringify(data)
      if (text === undefined)
        throw new SessionError(
          'not_json',
          `broadcast() takes a JSON value, but was given ${typeof data}`,
        )
      const bytes = utf8Length(text)
      const { frameBytes } = speech.limits()
      if (bytes > frameBytes)
        throw new SessionError('too_large', tooLarge('broadcast', bytes, frameBytes))
      return speech.sayNow(text)
    },
    onBroadcast(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    heard: (data, from) => tell(listeners, data, from),
  }
}
