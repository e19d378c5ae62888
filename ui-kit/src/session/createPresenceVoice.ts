/**
 * What this connection says about itself: a state, and whether somebody types.
 *
 * One frame holds both. It is said anew after each welcome, and while somebody types
 * often enough that the others' indicator does not fade; typing that is not renewed is
 * taken back. Knows no peers.
 */

import {
  isDeeper,
  MAX_DEPTH,
  PRESENCE_BYTES,
  type PresenceStateFrame,
  TOO_DEEP,
  utf8Length,
} from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import type { Timers } from './createTimers.ts'
import { type Session, SessionError } from './Session.ts'
import { tooLarge } from './tooLarge.ts'

export interface PresenceVoice extends Pick<Session, 'setPresence' | 'setTyping'> {
  /** The server has forgotten us: say it, if there is something to say. */
  repeat(): void
}

const TYPING_REPEAT_MS = 3_000
/** Readers drop a typing person so long after the last frame. */
const TYPING_FADES_MS = 6_000

export function createPresenceVoice(ports: {
  clock: Clock
  timers: Timers
  /** What waits for the line is replaced by what is said later. */
  say(frame: PresenceStateFrame): void
}): PresenceVoice {
  let own: Record<string, unknown> = {}
  let isTyping = false
  let saidAtMs = 0

  function say() {
    saidAtMs = ports.clock.now()
    ports.say({ type: 'presence', state: isTyping ? { ...own, typing: true } : own })
  }

  function setTyping(on: boolean) {
    ports.timers.clear('typing')
    if (on) ports.timers.set('typing', TYPING_FADES_MS, () => setTyping(false))
    if (on === isTyping && !(on && ports.clock.now() - saidAtMs >= TYPING_REPEAT_MS)) return
    isTyping = on
    say()
  }

  return {
    setPresence(state) {
      // As the server judges it.
      if (isDeeper(state, MAX_DEPTH))
        throw new SessionError('bad_content', `presence state: expected ${TOO_DEEP}`)
      const bytes = utf8Length(JSON.stringify({ ...state, typing: true }))
      if (bytes > PRESENCE_BYTES)
        throw new SessionError('too_large', tooLarge('presence state', bytes, PRESENCE_BYTES))
      // A copy: what the caller does to it afterwards was not checked.
      own = JSON.parse(JSON.stringify({ ...state }))
      say()
    },
    setTyping,
    repeat() {
      // A session that was closed has let go of the timer that takes typing back.
      isTyping &&= ports.timers.has('typing')
      if (isTyping || Object.keys(own).length > 0) say()
    },
  }
}
