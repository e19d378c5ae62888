import { expect, test } from 'vitest'
import { createSession } from '../../session/index.ts'
import { createFakeServer, createManualClock } from '../../testing/index.ts'
import { createStatusWatch } from './createStatusWatch.ts'

function open() {
  const clock = createManualClock()
  const server = createFakeServer({ clock })
  const page = { isVisible: true, listeners: new Set<(event: never) => void>() }
  const session = createSession({
    url: 'http://fake',
    sessionId: 'room',
    clock,
    storage: null,
    random: () => 0.5,
    WebSocket: server.WebSocket,
    network: {
      isOnline: () => true,
      isVisible: () => page.isVisible,
      subscribe(listener) {
        page.listeners.add(listener as never)
        return () => page.listeners.delete(listener as never)
      },
    },
  })
  clock.advance(100)
  const watch = createStatusWatch(session, clock)
  const seen = [watch.get().view]
  watch.subscribe(() => seen.push(watch.get().view))
  const say = (event: string) => {
    if (event === 'hidden' || event === 'visible') page.isVisible = event === 'visible'
    for (const listener of [...page.listeners]) listener(event as never)
  }
  return { clock, server, say, seen }
}

test.each([
  ['the back/forward cache', ['pagehide', 'hidden'], ['visible', 'pageshow']],
  ['a hidden tab', ['hidden'], ['visible']],
])('[F28] [F84] back from %s nothing flashes', (_, leave, back) => {
  const { clock, server, say, seen } = open()
  clock.advance(20_000)
  for (const event of leave) say(event)
  server.drop()
  clock.advance(3_600_000)
  for (const event of back) say(event)
  clock.advance(5_000)
  expect(server.open).toBe(1)
  expect(seen).toEqual(['live'])
})

test('[F84] back to a server that is gone: a blip, then what it is', () => {
  const { clock, server, say, seen } = open()
  say('hidden')
  server.offline(true)
  clock.advance(3_600_000)
  expect(seen).toEqual(['live'])
  say('visible')
  clock.advance(1_400)
  expect(seen).toEqual(['live'])
  clock.advance(5_000)
  expect([...new Set(seen)]).toEqual(['live', 'reconnecting', 'lost'])
  // Away for a moment: it is no secret any more that the line is down.
  say('hidden')
  say('visible')
  expect(seen.at(-1)).toBe('reconnecting')
})
