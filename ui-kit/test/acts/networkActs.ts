/** What a network does to one person. */

import type { Part, ServerFrame } from '../../src/protocol/index.ts'
import type { Chance } from '../Chance.ts'
import type { Device } from '../Device.ts'
import type { World } from '../World.ts'
import type { Act, Acts } from './Act.ts'

const toDevice =
  (act: (device: Device, chance: Chance, world: World) => void): Act =>
  (world, chance) => {
    const device = chance.of(world.devices)
    return device ? act(device, chance, world) : world.skip()
  }

const CLOSES: readonly [code: number, reason: string][] = [
  [1000, ''],
  [1001, ''],
  [1005, ''],
  [1009, 'too_large'],
  [1011, 'internal'],
  [1012, 'restart'],
  [1013, 'full;3000'],
  [4001, 'other'],
  [4400, 'bad_frame'],
  [4401, 'refresh'],
  [4403, 'kicked'],
  [4429, 'flood;2000'],
]

const close = toDevice(({ network }, chance) => {
  const [code, reason] = chance.of(CLOSES) ?? [1006, '']
  network.drop(code, reason)
})

const pullCable = toDevice((device, chance, world) => {
  device.network.offline(true)
  const isTold = chance.is(0.7)
  const tell = (isOnline: boolean) => {
    device.isOnline = isOnline
    for (const { page } of device.tabs) page.say(isOnline ? 'online' : 'offline')
  }
  if (isTold) tell(false)
  world.clock.setTimeout(() => {
    device.network.offline(false)
    if (isTold) tell(true)
  }, chance.below(60_000))
})

const deaden = toDevice((device, chance, world) => {
  device.kill()
  world.clock.setTimeout(() => device.revive(), 1_000 + chance.below(90_000))
})

const slow = toDevice((device, chance, world) => {
  const ms = chance.below(1_500)
  const jitterMs = chance.below(1_500)
  device.network.latency({ ms, jitterMs })
  device.slownessMs = Math.max(device.slownessMs, ms + jitterMs)
  world.clock.setTimeout(() => device.network.latency({ ms: 0 }), chance.below(30_000))
})

/** Much takes long: a catch-up comes in its parts, and acks queue behind what is read. */
const narrow = toDevice((device, chance, world) => {
  device.network.bandwidth(1_000 + chance.below(20_000))
  device.slownessMs = Math.max(device.slownessMs, 60_000)
  const end = () => device.network.bandwidth(Number.POSITIVE_INFINITY)
  world.clock.setTimeout(end, chance.below(60_000))
})

const swap = toDevice(({ network }, chance, world) => {
  network.reorder(true)
  world.truth.hasHoles = true
  world.clock.setTimeout(() => network.reorder(false), chance.below(10_000))
})

const double = toDevice(({ network }, chance, world) => {
  network.duplicate(true)
  world.clock.setTimeout(() => network.duplicate(false), chance.below(10_000))
})

/** Nothing tells that presence was lost: it comes anew with the next welcome. */
export const LOSABLE: readonly ServerFrame['type'][] = [
  'welcome',
  'sync',
  'msg',
  'delta',
  'part',
  'ack',
  'nack',
  'page',
  'status',
  'reset',
  'error',
]

/** Around hibernation frames of a living socket get lost. */
const lose = toDevice(({ network }, chance, world) => {
  const type = chance.of(LOSABLE) ?? 'msg'
  // The parts of one catch-up leave together and don't count themselves: one alone is not lost.
  if (type === 'sync' && world.limits.serverFrameBytes !== undefined) return world.skip()
  network.loseNext(type, 1 + chance.below(3))
  world.hit(`lose ${type}`)
  // A refusal for good that nobody heard: sent again, it may pass, behind what came later.
  if (type === 'nack') world.mayOvertake = true
  if (type === 'delta' || type === 'part') world.truth.hasHoles = true
})

/** Much is said meanwhile, and the line is cut again in the midst of its catch-up. */
const cutCatchUp = toDevice((device, chance, world) => {
  device.network.drop()
  for (let n = 4 + chance.below(12); n > 0; n--) world.post(', at length'.repeat(chance.below(60)))
  device.cutsAtPart = 1 + chance.below(3)
})

/** A text grows slowly, and a piece of it gets lost; it grows on, or pauses. */
const loseGrowth = toDevice(({ network }, chance, world) => {
  const answer: Part[] = [{ type: 'text', text: `${world.number()} grows slowly. `.repeat(4) }]
  const stream = world.room.stream(answer, { tokensPerSecond: 2 + chance.below(10) })
  world.truth.script(stream.id, answer)
  world.truth.hasHoles = true
  world.clock.setTimeout(() => network.loseNext('delta', 1 + chance.below(2)), chance.below(2_000))
  world.streams.push(stream)
})

/** The last word of a turn gets lost: nothing that follows tells of it (W3). */
const loseTheEnd = toDevice(({ network }, chance, world) => {
  const answer: Part[] = [{ type: 'text', text: `${world.number()} was short` }]
  const stream = world.room.stream(answer, { tokensPerSecond: 200 })
  world.truth.script(stream.id, answer)
  if (chance.is(0.7)) network.loseNext('status')
  if (chance.is(0.5)) network.loseNext('msg')
})

const repeat = toDevice(({ network }, chance, world) => {
  const type = chance.of(LOSABLE) ?? 'msg'
  network.duplicateNext(type, 1 + chance.below(2))
  world.hit(`repeat ${type}`)
})

const ignore: Act = (world, chance) => {
  if (!world.isLossy) return world.skip()
  world.mayOvertake = true
  const type = chance.of(['send', 'hello', 'page', 'cancel', 'again'] as const) ?? 'send'
  chance.of(world.devices)?.network.ignoreNext(type, 1 + chance.below(2))
  world.hit(`ignore ${type}`)
}

export const NETWORK_ACTS: Acts = [
  ['cut', 5, toDevice(({ network }) => network.drop())],
  ['close', 5, close],
  ['refuse', 2, toDevice(({ network }, chance) => network.refuse(1 + chance.below(4)))],
  ['stall', 2, toDevice(({ network }, chance) => network.stall(1 + chance.below(3)))],
  ['pull the cable', 3, pullCable],
  ['deaden', 3, deaden],
  ['slow down', 4, slow],
  ['narrow', 4, narrow],
  ['swap', 2, swap],
  ['double', 2, double],
  ['lose', 8, lose],
  ['cut a catch-up', 4, cutCatchUp],
  ['lose growth', 4, loseGrowth],
  ['lose the end', 4, loseTheEnd],
  ['repeat', 3, repeat],
  ['ignore', 4, ignore],
]
