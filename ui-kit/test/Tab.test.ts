/** Who judges has to judge right: how long a dead line may be taken for a live one. */

import { expect, test } from 'vitest'
import { World } from './World.ts'

test('[F17] history wished for while the line is down is awaited from its return on: no violation', async () => {
  const world = new World(1, new Map())
  for (let n = 0; n < 600; n++) world.room.post(`word ${n}`)
  await world.pass(5_000)
  const device = world.devices[0]
  const tab = device?.tabs[0]
  if (!device || !tab) throw new Error('nobody is here')
  const state = () => tab.session.store.getState()

  device.network.offline(true)
  await world.pass(40_000)
  tab.session.loadOlder(5).catch(() => {})
  await world.pass(80_000)
  device.network.latency({ ms: 200 })
  device.slownessMs = 400
  device.network.offline(false)
  while (!tab.isLive) await world.pass(10)
  // The question for the page has left, and its answer doesn't come.
  await world.pass(50)
  expect(state().history.phase).toBe('loading')
  device.kill()
  await world.pass(34_000)
  expect(state().status).toBe('connected')
  await world.pass(2_000)
  expect(state().connection).toMatchObject({ attempt: 1, close: { reason: 'no answer in time' } })
})
