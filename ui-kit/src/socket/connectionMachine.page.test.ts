/** The machine and its page: hints, hidden and offline pages, those that are put away and come back. */

import { expect, test } from 'vitest'
import { closed, drive } from './driveMachine.test.ts'

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

test('[F26] hints that follow a dial at once wait for the end of its second', () => {
  const line = drive()
  line.on(0, 'reconnect')
  line.at.draw = 0.999
  line.on(100, closed(1006, 'retry'))
  expect(line.state.dueMs).toBeGreaterThan(1_000)
  line.at.draw = 0
  line.on(110, 'online')
  expect(line.state.dueMs).toBe(1_000)
})

test('[F26] a hint puts off no attempt that is nearer', () => {
  const line = drive()
  line.live(0)
  line.at.draw = 0
  line.on(20_000, closed(1006, 'retry'))
  expect(line.state.dueMs).toBe(20_100)
  line.at.draw = 0.999
  line.on(20_050, 'visible')
  expect(line.state).toMatchObject({ phase: 'waiting', dueMs: 20_100 })
})

test('[F27] an attempt that hangs since before the network came back starts again', () => {
  const line = drive()
  line.on(0, 'reconnect')
  expect(line.on(900, 'online')).toEqual([])
  // Of the network only this one says that it was away.
  for (const event of ['visible', 'pageshow', 'offline', 'hidden'] as const)
    expect(line.on(1_050, event)).toEqual([])
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
