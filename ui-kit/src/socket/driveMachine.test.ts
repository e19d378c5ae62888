/** The machine's ground: steps through events at given times, and what each of them asks for. */

import { expect, test } from 'vitest'
import { DEFAULT_BACKOFF } from './backoff.ts'
import {
  FIRST_STATE,
  type LineEvent,
  type LineTimes,
  type Moment,
  step,
} from './connectionMachine.ts'

const TIMES: LineTimes = {
  ...DEFAULT_BACKOFF,
  connectTimeoutMs: 10_000,
  intervalMs: 25_000,
  timeoutMs: 5_000,
}

const HOLDS_A_SOCKET = ['connecting', 'syncing', 'live']

/** Steps through events at given times; a page that is online and visible unless told. */
export function drive(times = TIMES) {
  let state = FIRST_STATE
  const at: Moment = {
    ...times,
    nowMs: 0,
    draw: 0.5,
    isOnline: true,
    isVisible: true,
    isBusy: false,
    crowd: 1,
    heardMs: 0,
    sentMs: 0,
  }
  return {
    at,
    get state() {
      return state
    },
    /** What is to be done now that wasn't before. */
    on(nowMs: number, event: LineEvent) {
      at.nowMs = nowMs
      const before = state
      state = step(before, event, at)
      const effects: string[] = []
      const isNew = state.generation !== before.generation
      if (isNew && HOLDS_A_SOCKET.includes(before.phase)) effects.push('drop')
      if (isNew && state.phase === 'connecting') effects.push('dial')
      if (state.pingedMs !== before.pingedMs) effects.push('ping')
      return effects
    },
    received(nowMs: number) {
      at.heardMs = nowMs
    },
    sent(nowMs: number) {
      at.sentMs = nowMs
    },
    live(nowMs: number) {
      this.on(nowMs, 'reconnect')
      at.heardMs = at.sentMs = nowMs
      this.on(nowMs, 'open')
      this.on(nowMs, 'ready')
    },
  }
}

export const closed = (code: number, action: 'retry' | 'slow' | 'refresh' | 'final', reason = '') =>
  ({ close: { code, reason }, verdict: action }) as const

test('what is to be done is told once: a dial, a ping, a socket to be dropped', () => {
  const line = drive()
  expect(line.on(0, 'reconnect')).toEqual(['dial'])
  line.live(1)
  expect(line.on(2, 'visible')).toEqual(['ping'])
  expect(line.on(3, 'disconnect')).toEqual(['drop'])
  expect(line.on(4, 'tick')).toEqual([])
})
