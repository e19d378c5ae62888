/** What the page says, as one subscription; and where there is no page. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PING, PONG } from '../protocol/frames.ts'
import { systemClock } from './Clock.ts'
import { createLine } from './createLine.ts'
import { createWires } from './createWires.test.ts'
import { platformSignals } from './networkSignals.ts'

const HOURS_MS = 7_200_000

// A jump of the wall clock moves no other, and rings no timer: as when a computer slept.
beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('where there is no window all is online and visible, and nobody is told of anything', () => {
  vi.stubGlobal('navigator', undefined)
  expect(globalThis.document).toBeUndefined()
  expect(platformSignals.isOnline()).toBe(true)
  expect(platformSignals.isVisible()).toBe(true)
  const unsubscribe = platformSignals.subscribe(() => expect.unreachable())
  unsubscribe()
})

test('a page is heard until nobody listens', () => {
  const page = new EventTarget()
  const document = { hidden: false, visibilityState: 'visible' }
  const navigator = { onLine: true }
  vi.stubGlobal('document', document)
  vi.stubGlobal('navigator', navigator)
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const heard: string[] = []
  const unsubscribe = platformSignals.subscribe((event) => heard.push(event))
  const say = (type: string) => page.dispatchEvent(new Event(type))

  Object.assign(document, { hidden: true, visibilityState: 'hidden' })
  say('visibilitychange')
  expect(platformSignals.isVisible()).toBe(false)
  Object.assign(document, { hidden: false, visibilityState: 'visible' })
  say('visibilitychange')
  expect(platformSignals.isVisible()).toBe(true)
  navigator.onLine = false
  expect(platformSignals.isOnline()).toBe(false)
  for (const type of ['offline', 'online', 'pagehide', 'pageshow', 'focus']) say(type)
  expect(heard).toEqual(['hidden', 'visible', 'offline', 'online', 'pagehide', 'pageshow'])

  unsubscribe()
  unsubscribe()
  say('online')
  expect(heard).toHaveLength(6)
})

test('[F20] a sleep that only the wall clock tells of is a hint in sight, and none out of sight', () => {
  const document = { hidden: false }
  vi.stubGlobal('document', document)
  const heard: string[] = []
  const unsubscribe = platformSignals.subscribe((event) => heard.push(event))
  for (const [hidden, jumpMs, hints] of [
    [false, 0, []],
    [false, HOURS_MS, ['visible']],
    [true, HOURS_MS, []],
    [false, -HOURS_MS, []],
  ] as const) {
    document.hidden = hidden
    vi.setSystemTime(Date.now() + jumpMs)
    vi.advanceTimersByTime(60_000)
    expect(heard.splice(0), `${hidden} ${jumpMs}`).toEqual(hints)
  }
  unsubscribe()
})

test('[F20] [F30] after it a dead line is found within 6 s; a clock that was set costs one ping', () => {
  for (const isAnswered of [false, true]) {
    const { platform, wire, wires } = createWires()
    const options = { ...platform, url: 'ws://chat.test/raw', heartbeat: true }
    const line = createLine(
      { ...options, clock: systemClock, network: platformSignals },
      {
        onText: () => {},
        onConnection: ({ phase }) => phase === 'syncing' && line.tell('ready'),
      },
    )
    wire().opened()
    vi.advanceTimersByTime(9_000)
    vi.setSystemTime(Date.now() + HOURS_MS)
    vi.advanceTimersByTime(3_000)
    expect(wire().sent).toEqual([PING])
    if (isAnswered) wire().received(PONG)
    vi.advanceTimersByTime(3_000)
    expect(line.connection().phase).toBe(isAnswered ? 'live' : 'waiting')
    vi.advanceTimersByTime(550)
    expect(wires).toHaveLength(isAnswered ? 1 : 2)
    expect(wires[0]?.sent).toEqual([PING])
    line.close()
  }
})

test('whoever listens keeps no process alive', () => {
  const looks = vi.spyOn(globalThis, 'setInterval')
  const unsubscribe = platformSignals.subscribe(() => {})
  expect(looks.mock.results.map(({ value }) => value.hasRef())).toEqual([false])
  unsubscribe()
})
