/** The machine alone: events in, states and effects out, no socket and no timer. */

import { describe, expect, test } from 'vitest'
import { closed, drive } from './driveMachine.test.ts'

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

describe('what the layer above tells', () => {
  test('[F31] a page that is awaited puts the next ping off by 30 s, counted from its question', () => {
    const line = drive()
    line.live(0)
    line.on(1_000, 'asked')
    expect(line.state.dueMs).toBe(31_000)
    expect(line.on(30_999, 'tick')).toEqual([])
    expect(line.on(31_000, 'tick')).toEqual(['ping'])
  })

  test('[F17] a ping that is out already keeps its time, whatever is asked for behind it', () => {
    const line = drive()
    line.live(0)
    expect(line.on(25_000, 'tick')).toEqual(['ping'])
    line.sent(25_000)
    line.on(25_100, 'asked')
    expect(line.on(29_999, 'tick')).toEqual([])
    expect(line.on(30_000, 'tick')).toEqual(['drop'])
  })

  test('[F17] who asks again and again puts a ping off for half a minute, not for ever', () => {
    const line = drive()
    line.live(0)
    for (let nowMs = 5_000; nowMs < 55_000; nowMs += 5_000) {
      line.sent(nowMs)
      line.on(nowMs, 'asked')
      expect(line.on(nowMs, 'tick')).toEqual([])
    }
    expect(line.on(55_000, 'tick')).toEqual(['ping'])
  })

  test.each(['syncing', 'live'])(
    '[F17] [F67] what comes piece by piece to a line that is %s silences its pings until it is here',
    (phase) => {
      const line = drive()
      if (phase === 'live') line.live(0)
      else {
        line.on(0, 'reconnect')
        line.on(100, 'open')
      }
      expect(line.state.phase).toBe(phase)
      line.on(200, 'progress')
      expect(line.on(60_000, 'tick')).toEqual([])
      line.received(60_000)
      line.on(60_000, 'ready')
      expect(line.state).toMatchObject({ phase: 'live', sinceMs: phase === 'live' ? 0 : 60_000 })
      expect(line.on(60_000, 'tick')).toEqual(['ping'])
    },
  )

  test('[F19] what is told of a socket that was just lost keeps no attempt from its time', () => {
    const line = drive()
    line.live(0)
    line.on(100, closed(1006, 'retry'))
    const before = line.state
    for (const late of ['progress', 'asked', 'ready', 'busy'] as const) {
      expect(line.on(110, late)).toEqual([])
      expect(line.state).toBe(before)
    }
  })

  test('[F09] reconnect() while it waits forgets no failures: the waits go on growing', () => {
    const line = drive()
    line.on(0, 'reconnect')
    for (let n = 1; n <= 4; n++) {
      line.on(n * 1_000, closed(1006, 'retry'))
      expect(line.on(n * 1_000 + 100, 'reconnect')).toEqual(['dial'])
      expect(line.state).toMatchObject({ phase: 'connecting', attempt: n })
    }
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

  test('[F40] who asks for another attempt has three tickets again', () => {
    const line = drive()
    line.on(0, 'reconnect')
    line.on(100, closed(4401, 'refresh'))
    line.on(200, closed(4401, 'refresh'))
    expect(line.on(300, 'reconnect')).toEqual(['dial'])
    expect(line.on(400, closed(4401, 'refresh'))).toEqual(['drop', 'dial'])
    expect(line.on(500, closed(4401, 'refresh'))).toEqual(['drop'])
    expect(line.state.phase).toBe('waiting')
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
