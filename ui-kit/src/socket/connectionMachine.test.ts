/** The machine alone: events in, states and effects out, no socket and no timer. */

import { describe, expect, test } from 'vitest'
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
function drive(times = TIMES) {
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

const closed = (code: number, action: 'retry' | 'slow' | 'refresh' | 'final', reason = '') =>
  ({ close: { code, reason }, verdict: action }) as const

describe('an attempt', () => {
  test('[F01] [F10] ends with its budget, whether the handshake or the readiness is missing', () => {
    for (const isOpen of [false, true]) {
      const line = drive()
      expect(line.on(0, 'reconnect')).toEqual(['dial'])
      if (isOpen) line.on(9_000, 'open')
      expect(line.on(9_999, 'tick')).toEqual([])
      expect(line.on(10_000, 'tick')).toEqual(['drop'])
      expect(line.state).toMatchObject({
        phase: 'waiting',
        attempt: 1,
        close: { code: 0, reason: 'no answer in time' },
      })
    }
  })

  test('[F09] a server that accepts and closes at once meets growing waits, not a loop', () => {
    const line = drive()
    line.on(0, 'reconnect')
    let nowMs = 0
    let dials = 1
    while (nowMs < 10_000) {
      line.on(nowMs, 'open')
      line.on(nowMs, 'ready')
      line.on(nowMs, closed(1011, 'retry'))
      nowMs = line.state.dueMs
      if (nowMs < 10_000 && line.on(nowMs, 'tick').includes('dial')) dials++
    }
    expect(dials).toBeLessThanOrEqual(6)
    expect(line.state.attempt).toBe(dials)
  })

  test('the backoff starts anew only after 10 s of readiness', () => {
    for (const [upMs, attempt] of [
      [9_999, 2],
      [10_000, 1],
    ] as const) {
      const line = drive()
      line.on(0, 'reconnect')
      line.on(0, closed(1006, 'retry'))
      line.on(line.state.dueMs, 'tick')
      const since = line.at.nowMs
      line.on(since, 'open')
      line.on(since, 'ready')
      line.on(since + upMs, closed(1006, 'retry'))
      expect(line.state.attempt).toBe(attempt)
    }
  })
})

describe('alive or dead', () => {
  test('[F17] [F31] silence brings a ping, any frame is an answer, no answer is the end', () => {
    const line = drive()
    line.live(0)
    line.sent(20_000)
    line.received(24_000)
    expect(line.on(25_000, 'tick')).toEqual([])
    line.sent(40_000)
    expect(line.on(48_999, 'tick')).toEqual([])
    expect(line.on(49_000, 'tick')).toEqual(['ping'])
    line.sent(49_000)
    line.received(50_000)
    expect(line.on(54_000, 'tick')).toEqual([])
    line.sent(60_000)
    expect(line.on(75_000, 'tick')).toEqual(['ping'])
    expect(line.on(79_999, 'tick')).toEqual([])
    expect(line.on(80_000, 'tick')).toEqual(['drop'])
    expect(line.state).toMatchObject({ phase: 'waiting', close: { code: 0 } })
  })

  test('[F31] a line that only listens says something every 25 s, and needs no pong meanwhile', () => {
    const line = drive()
    line.live(0)
    const pings: number[] = []
    for (let nowMs = 0; nowMs <= 120_000; nowMs += 100) {
      line.received(nowMs)
      if (line.on(nowMs, 'tick').includes('ping')) {
        pings.push(nowMs)
        line.sent(nowMs)
      }
    }
    expect(pings).toEqual([25_000, 50_000, 75_000, 100_000])
    expect(line.state).toMatchObject({ phase: 'live', attempt: 0 })
  })

  test('[F21] the time for the answer begins when a late ping is really sent', () => {
    const line = drive()
    line.live(0)
    expect(line.on(85_000, 'tick')).toEqual(['ping'])
    expect(line.on(89_999, 'tick')).toEqual([])
    expect(line.state.phase).toBe('live')
  })

  test('[F20] [F22] [F25] a hint about the network probes a live line, with 3 s for the answer', () => {
    for (const event of ['visible', 'online', 'offline', 'pageshow'] as const) {
      const line = drive()
      line.live(0)
      expect(line.on(7_200_000, event)).toEqual(['ping'])
      expect(line.on(7_203_000, 'tick')).toEqual(['drop'])
    }
    const line = drive()
    line.live(0)
    expect(line.on(1_000, 'hidden')).toEqual([])
  })

  test('[F34] a new socket begins without the old one’s unanswered ping', () => {
    const line = drive()
    line.live(0)
    line.on(25_000, 'tick')
    line.live(26_000)
    expect(line.on(31_000, 'tick')).toEqual([])
    expect(line.on(51_000, 'tick')).toEqual(['ping'])
  })
})

describe('the page', () => {
  test('[F26] three hints during a long wait bring one attempt within a second', () => {
    const line = drive()
    line.on(0, 'reconnect')
    line.on(0, closed(1013, 'slow', 'overloaded'))
    expect(line.state.dueMs).toBeGreaterThan(4_000)
    for (const event of ['online', 'visible', 'pageshow'] as const)
      expect(line.on(3_000, event)).toEqual([])
    expect(line.state).toMatchObject({ phase: 'waiting', dueMs: 3_125, attempt: 1 })
    expect(line.on(3_125, 'tick')).toEqual(['dial'])
    expect(line.on(3_200, 'visible')).toEqual([])
  })

  test('[F27] an attempt that hangs since before the network came back starts again', () => {
    const line = drive()
    line.on(0, 'reconnect')
    expect(line.on(900, 'online')).toEqual([])
    expect(line.on(1_100, 'online')).toEqual(['drop', 'dial'])
    expect(line.state.dueMs).toBe(11_100)
  })

  test('[F23] a hidden page waits to be seen, and then goes at once', () => {
    const line = drive()
    line.live(0)
    line.at.isVisible = false
    expect(line.on(20_000, closed(1012, 'retry'))).toEqual(['drop'])
    expect(line.state).toMatchObject({ phase: 'paused', dueMs: 320_000 })
    line.at.isVisible = true
    line.on(60_000, 'visible')
    expect(line.state).toMatchObject({ phase: 'waiting', dueMs: 60_125 })
  })

  test('a hidden page that nobody looks at tries every 5 minutes', () => {
    const line = drive()
    line.live(0)
    line.at.isVisible = false
    line.on(20_000, closed(1012, 'retry'))
    expect(line.on(320_000, 'tick')).toEqual(['dial'])
  })

  test('[F14] hidden or offline pages that are lost together come back apart, no later than the cap', () => {
    for (const [page, fromMs, toMs] of [
      [{ isVisible: false }, 150_000, 450_000],
      [{ isOnline: false }, 10_000, 30_000],
    ] as const) {
      const dialMs = [0, 0.25, 0.5, 0.75, 1].map((draw) => {
        const line = drive()
        line.live(0)
        Object.assign(line.at, page, { draw })
        line.on(20_000, closed(1012, 'retry'))
        expect(line.state.phase).toBe('paused')
        return line.state.dueMs - 20_000
      })
      const stepMs = (toMs - fromMs) / 4
      expect(dialMs).toEqual([0, 1, 2, 3, 4].map((step) => fromMs + step * stepMs))
    }
  })

  test('offline pauses the wait, yet it is tried now and then, because offline may be wrong', () => {
    const line = drive()
    line.on(0, 'reconnect')
    line.on(0, closed(1006, 'retry'))
    line.at.isOnline = false
    line.on(100, 'offline')
    expect(line.state).toMatchObject({ phase: 'paused', dueMs: 20_100 })
    expect(line.on(20_100, 'tick')).toEqual(['dial'])
  })

  test('[F28] [F29] a page that leaves lets go of its socket, and dials when it is shown again', () => {
    const line = drive()
    line.live(0)
    expect(line.on(20_000, 'pagehide')).toEqual(['drop'])
    expect(line.state.phase).toBe('paused')
    line.on(500_000, 'pageshow')
    expect(line.state).toMatchObject({ phase: 'waiting', attempt: 0 })
    expect(line.state.dueMs).toBeLessThanOrEqual(500_250)
  })

  test('[F28] [F84] how long it is down counts from when somebody looks', () => {
    const leave = {
      'back/forward cache': ['pagehide', 'hidden'],
      'hidden tab': ['hidden'],
    } as const
    for (const events of Object.values(leave)) {
      const line = drive()
      line.live(0)
      for (const event of events) {
        // The page is still visible while it says that it goes.
        if (event === 'hidden') line.at.isVisible = false
        line.on(20_000, event)
      }
      line.on(30_000, closed(1006, 'retry'))
      expect(line.state).toMatchObject({ phase: 'paused', downSinceMs: undefined })
      // A try while nobody looks tells nobody anything.
      expect(line.on(line.state.dueMs, 'tick')).toEqual(['dial'])
      line.on(line.at.nowMs, closed(1006, 'retry'))
      expect(line.state.downSinceMs).toBeUndefined()
      line.at.isVisible = true
      line.at.isOnline = false
      line.on(900_000, 'visible')
      expect(line.state).toMatchObject({ phase: 'paused', downSinceMs: 900_000 })
      line.at.isOnline = true
      line.on(900_500, 'online')
      expect(line.state).toMatchObject({ phase: 'waiting', downSinceMs: 900_000 })
      line.on(900_600, 'pageshow')
      expect(line.state).toMatchObject({ phase: 'waiting', downSinceMs: 900_000 })
    }
  })

  test('[F28] who comes back to a dial that began out of sight sees from then on that it is down', () => {
    const line = drive()
    line.live(0)
    line.at.isVisible = false
    line.on(20_000, 'hidden')
    line.on(30_000, closed(1006, 'retry'))
    expect(line.on(line.state.dueMs, 'tick')).toEqual(['dial'])
    line.at.isVisible = true
    const backMs = line.at.nowMs + 500
    line.on(backMs, 'visible')
    expect(line.state).toMatchObject({ phase: 'connecting', downSinceMs: backMs })
  })

  test('[F28] a line that was down before somebody left counts from when they are back, too', () => {
    const line = drive()
    line.live(0)
    line.on(1_000, closed(1006, 'retry'))
    line.at.isVisible = false
    line.on(1_100, 'hidden')
    expect(line.state.downSinceMs).toBeUndefined()
    line.at.isVisible = true
    line.on(600_000, 'visible')
    expect(line.state).toMatchObject({ phase: 'waiting', downSinceMs: 600_000 })
  })

  test('[F24] what was closed stays closed, whatever the page does', () => {
    const line = drive()
    line.live(0)
    expect(line.on(1_000, 'disconnect')).toEqual(['drop'])
    for (const event of ['online', 'visible', 'pageshow', 'pagehide'] as const)
      expect(line.on(2_000, event)).toEqual([])
    expect(line.state).toMatchObject({ phase: 'ended', dueMs: Infinity })
  })
})

describe('close codes', () => {
  test('[F36] overload waits at least the hint and spreads over another', () => {
    const waits = [0, 0.5, 0.999].map((draw) => {
      const line = drive()
      line.on(0, 'reconnect')
      line.at.draw = draw
      line.on(0, closed(1013, 'slow', 'overloaded;60000'))
      line.on(10, 'online')
      return line.state.dueMs
    })
    expect(waits.every((wait) => wait >= 60_000)).toBe(true)
    const line = drive()
    line.on(0, 'reconnect')
    line.at.draw = 0.999
    line.on(0, closed(1013, 'slow', 'overloaded;60000'))
    expect(line.state.dueMs).toBeGreaterThan(64_000)
  })

  test('[F36] [F29] leaving the page and coming back forgets no hint; a lost line without one does', () => {
    const line = drive()
    line.on(0, 'reconnect')
    line.on(0, closed(1013, 'slow', 'overloaded;60000'))
    line.on(1_000, 'pagehide')
    line.on(2_000, 'pageshow')
    expect(line.state).toMatchObject({ phase: 'waiting', dueMs: 60_000 })
    line.on(60_000, 'tick')
    line.on(60_000, 'open')
    line.on(60_000, 'ready')
    line.on(70_000, 'pagehide')
    line.on(71_000, 'pageshow')
    expect(line.state).toMatchObject({ phase: 'waiting', dueMs: 71_125 })
  })

  test('[F40] a refused ticket: at once, then with backoff, then the end', () => {
    const line = drive()
    line.on(0, 'reconnect')
    expect(line.on(100, closed(4401, 'refresh'))).toEqual(['drop', 'dial'])
    expect(line.on(200, closed(4401, 'refresh'))).toEqual(['drop'])
    expect(line.state.phase).toBe('waiting')
    line.on(line.state.dueMs, 'tick')
    expect(line.on(5_000, closed(4401, 'refresh', 'unauthorized'))).toEqual(['drop'])
    expect(line.state).toMatchObject({
      phase: 'ended',
      dueMs: Infinity,
      close: { code: 4401, reason: 'unauthorized' },
    })
  })

  test('[F40] refusals that something else came between are not in a row', () => {
    const line = drive()
    line.on(0, 'reconnect')
    for (let i = 0; i < 5; i++) {
      const nowMs = line.at.nowMs + 50
      expect(line.on(nowMs, closed(4401, 'refresh'))).toEqual(['drop', 'dial'])
      expect(line.on(nowMs + 50, closed(1006, 'retry'))).toEqual(['drop'])
      expect(line.state.phase).toBe('waiting')
      expect(line.on(line.state.dueMs, 'tick')).toEqual(['dial'])
    }
  })

  test('[F40] tickets that expire after a while of good service are not refused in a row', () => {
    const line = drive()
    line.live(0)
    for (let i = 1; i <= 5; i++) {
      expect(line.on(i * 60_000, closed(4401, 'refresh'))).toEqual(['drop', 'dial'])
      line.on(i * 60_000, 'open')
      line.on(i * 60_000, 'ready')
    }
  })

  test('[F41] [F42] the end has a reason and no timer, and a retry starts from 0', () => {
    const line = drive()
    line.on(0, 'reconnect')
    line.on(0, closed(1006, 'retry'))
    line.on(line.state.dueMs, 'tick')
    line.on(3_000, closed(4403, 'final', 'forbidden'))
    expect(line.state).toMatchObject({
      phase: 'ended',
      dueMs: Infinity,
      close: { code: 4403, reason: 'forbidden' },
    })
    expect(line.on(4_000, 'reconnect')).toEqual(['dial'])
    expect(line.state).toMatchObject({ phase: 'connecting', attempt: 0 })
  })
})
