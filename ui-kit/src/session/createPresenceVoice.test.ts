/** What a connection says about itself, on the fake server. */

import { expect, test } from 'vitest'
import { createWorld, phase } from './createWorld.test.ts'

/** Ada, who is away, and Bob, who sees it. */
function meet() {
  const world = createWorld()
  const ada = world.join()
  const bob = world.join({ WebSocket: world.server.network().WebSocket })
  ada.setPresence({ isAway: true })
  world.clock.advance(1_000)
  const seen = () => bob.store.getState().peers.map(({ state }) => state)
  expect(seen()).toEqual([{ isAway: true }])
  return { ...world, ada, seen }
}

test('a state that is taken back while a hello is unanswered is taken back for the others', () => {
  const { ada, clock, server, room, seen } = meet()
  server.latency({ ms: 300 })
  // A gap, and with it a hello.
  server.loseNext('msg')
  room.post('lost')
  room.post('seen')
  clock.advance(400)
  ada.setPresence({})
  clock.advance(5_000)
  expect([seen(), server.dials]).toEqual([[{}], 1])
})

test('[W12] an older state that waits for its turn is not said behind a newer one', () => {
  const { ada, clock, server, room, sent, seen } = meet()
  server.latency({ ms: 300 })
  for (let n = 0; n < 30; n++) ada.setPresence({ n })
  server.loseNext('msg')
  room.post('lost')
  room.post('seen')
  clock.advance(400)
  ada.setPresence({})
  clock.advance(10_000)
  expect(sent('presence').at(-1)?.data).toContain('"state":{}')
  expect(seen()).toEqual([{}])
})

test('a state that was taken back while the line was down is not said on the next', () => {
  const { ada, clock, server, sent, seen } = meet()
  server.drop()
  clock.advance(10)
  ada.setPresence({ isAway: 'still' })
  ada.setPresence({})
  const before = sent('presence').length
  clock.advance(5_000)
  expect(phase(ada)).toBe('live')
  expect([seen(), sent('presence').length - before]).toEqual([[{}], 0])
})
