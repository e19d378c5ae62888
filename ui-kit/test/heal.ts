/** All faults end, everybody comes back and looks, and the world is left alone until it rests. */

import { LOSABLE } from './acts/networkActs.ts'
import type { Device } from './Device.ts'
import type { World } from './World.ts'

/** Backoffs, a silence that is noticed and a slow answer all end within this time. */
const PATIENCE_MS = 1_200_000
/** A dead line is found by then, and what it missed is asked for. */
const SILENCE_MS = 32_000
const LOOK_EVERY_MS = 5_000

const CLIENT_FRAMES = ['send', 'hello', 'page', 'cancel', 'again'] as const

/** @throws Violation */
export async function heal(world: World): Promise<void> {
  const { devices, room, server, streams } = world
  // The server comes back, and every timer of an act has rung.
  await world.pass(20_000)
  server.slowStream(false)
  server.failingStream(0)
  for (const device of devices) mend(device)
  for (const stream of streams) stream.resume()
  await world.pass(1_000)
  await untilCalm(world)
  // Two accounts may have been here before a guest.
  for (const device of [...devices, ...devices]) {
    const [absentee] = untaken(device, device.absentees)
    if (!absentee) continue
    world.hit('words waited for their writer')
    device.isBearer = true
    device.sub = absentee.owner
    device.network.drop()
    device.open()
    await untilCalm(world)
  }
  // A lost last message shows itself by the next one, and a socket that died unheard by its silence.
  // As what was stored before is: a full session takes nothing else.
  room.history([{ text: 'Good night.' }])
  await world.pass(SILENCE_MS)
  await untilCalm(world)
}

function mend(device: Device): void {
  const { network, tabs } = device
  device.revive()
  device.mood = 'good'
  device.cutsAtPart = 0
  device.isOnline = true
  network.refuse(false)
  network.stall(false)
  network.offline(false)
  network.latency({ ms: 0 })
  network.bandwidth(Number.POSITIVE_INFINITY)
  network.duplicate(false)
  network.reorder(false)
  for (const type of CLIENT_FRAMES) network.ignoreNext(type, 0)
  for (const type of LOSABLE) {
    network.loseNext(type, 0)
    network.duplicateNext(type, 0)
  }
  for (const { page } of tabs) {
    page.thaw()
    page.say('online')
    page.say('pageshow')
    page.say('visible')
  }
  // Without locks what a tab has left is found by the next one that is opened.
  if (tabs.length === 0 || !device.locks) device.open()
}

/** What waits in no tab. */
function untaken(device: Device, kept: Device['kept']) {
  const taken = new Set(device.tabs.flatMap(({ session }) => session.store.getState().outbox))
  return kept.filter(({ cid }) => !taken.has(cid))
}

async function untilCalm(world: World): Promise<void> {
  const untilMs = world.clock.now() + PATIENCE_MS
  while (unrest(world) !== undefined) {
    if (world.clock.now() > untilMs) world.fail('unrest', `${unrest(world)}`)
    // Also of a guest who logged out in another tab, and hears so at the next attempt.
    for (const { session } of world.tabs)
      if (session.store.getState().connection.phase === 'ended') session.reconnect()
    await world.pass(LOOK_EVERY_MS)
  }
}

/** What still moves, or waits for something. */
function unrest(world: World): string | undefined {
  for (const { name, session } of world.tabs) {
    const { agent, connection, outbox } = session.store.getState()
    if (connection.phase !== 'live') return `${name} is ${connection.phase}`
    if (agent.state === 'working') return `${name} sees an agent that works`
    const waiting = outbox.filter((cid) => session.getMessage(cid)?.delivery !== 'failed')
    if (waiting.length > 0) return `${name} has not sent ${waiting}`
  }
  for (const device of world.devices) {
    const waiting = device.absentees.map(({ cid }) => cid)
    const left = untaken(device, device.kept).filter(({ cid }) => !waiting.includes(cid))
    if (left.length > 0) return `nobody takes what ${device.name} has left: ${left[0]?.cid}`
  }
  for (const { name, session } of world.tabs)
    for (const { id, state } of session.getMessages())
      if (state === 'streaming' && world.truth.get(id)?.state !== 'streaming')
        return `${name} sees ${id} stream`
  const streaming = world.truth.messages.find(({ state }) => state === 'streaming')
  return streaming && `${streaming.id} streams`
}
