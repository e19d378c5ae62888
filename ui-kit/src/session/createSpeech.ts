/**
 * What is said to the server, no faster than it allows (W12).
 *
 * Pages, cancels and presence wait here for the allowance and for the line; messages wait in
 * their outbox, and pass through here when they leave; a broadcast is said now or never.
 */

import {
  CLIENT_LIMITS,
  type ClientFrame,
  type ClientLimits,
  utf8Length,
} from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import { createAllowance } from './createAllowance.ts'
import type { Timers } from './createTimers.ts'

export interface SpeechPorts {
  clock: Clock
  timers: Timers
  canSend(): boolean
  /** False: there is no socket. */
  sendText(text: string): boolean
  bufferedAmount(): number
  /** Something may leave now that may not have before. */
  onTurn(): void
}

export interface Speech {
  limits(): ClientLimits
  /** What the server allows. */
  allow(limits: ClientLimits): void
  /** Say something that is not stored; it waits for the allowance, and for the line. */
  say(frame: ClientFrame): void
  /** Say it now or never. False: never. */
  sayNow(text: string): boolean
  /** False: not now; `onTurn` tells when to try again. */
  hand(text: string): boolean
  /** Say what waits, but presence. False: some of it still does. */
  flush(): boolean
  flushPresence(): void
  /** A new socket: the whole allowance, less its hello. */
  opened(): void
  /** Every hello costs. */
  helloSaid(): void
  /** of the largest broadcast on this socket, UTF-8 */
  broadcastBytes(): number
  /** Nothing more is said of what waits. */
  abandon(): void
}

export function createSpeech(ports: SpeechPorts): Speech {
  const { timers } = ports
  const allowance = createAllowance(ports.clock, ports.bufferedAmount)
  let limits = CLIENT_LIMITS
  /** What each topic says, as text: what can't be written throws where it is said. */
  const queue = new Map<string, string>()
  let presence: string | undefined
  let broadcastBytes = 0

  function hand(text: string) {
    const waitMs = allowance.take(limits)
    if (waitMs > 0) timers.set('pump', waitMs, ports.onTurn)
    return waitMs === 0 && ports.sendText(text)
  }

  return {
    limits: () => limits,
    allow(given) {
      // An older server may not name all of them.
      limits = { ...CLIENT_LIMITS, ...given }
    },
    say(frame) {
      // The newest presence and page, and one cancel for each answer, are all that is meant.
      const text = JSON.stringify(frame)
      if (frame.type === 'presence') presence = text
      else {
        const topic = frame.type + (frame.type === 'cancel' ? frame.id : '')
        queue.delete(topic)
        queue.set(topic, text)
      }
      ports.onTurn()
    },
    sayNow(text) {
      if (!ports.canSend() || allowance.take(limits) > 0) return false
      broadcastBytes = Math.max(broadcastBytes, utf8Length(text))
      return ports.sendText(text)
    },
    hand,
    flush() {
      for (const [topic, text] of queue) {
        if (!hand(text)) return false
        queue.delete(topic)
      }
      return true
    },
    flushPresence() {
      if (presence && hand(presence)) presence = undefined
    },
    opened() {
      // A page is asked for anew, and presence is said anew, after the catch-up.
      queue.delete('page')
      presence = undefined
      allowance.refill(limits)
      broadcastBytes = 0
      timers.clear('pump')
    },
    helloSaid: () => allowance.payHello(limits),
    broadcastBytes: () => broadcastBytes,
    abandon() {
      queue.clear()
      presence = undefined
    },
  }
}
