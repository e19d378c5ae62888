/** What happens at the server: restarts, wipes, retention, code in the Worker, refusals. */

import type { NackCode } from '../../src/protocol/index.ts'
import { drawAnswer } from '../World.ts'
import type { Act, Acts } from './Act.ts'

const TRANSIENT: readonly NackCode[] = ['storage', 'rate_limited', 'busy']
const FINAL: readonly NackCode[] = ['forbidden', 'too_large', 'conflict']

const refuseSend: Act = (world, chance) => {
  const isFinal = chance.is(0.5)
  // This server refuses for good only once: unheard, and said again, it comes behind others.
  if (isFinal) world.mayOvertake = true
  world.server.nackNext(chance.of(isFinal ? FINAL : TRANSIENT) ?? 'storage', {
    count: 1 + chance.below(3),
    retryable: !isFinal,
    ...(chance.is(0.5) && { waitMs: chance.below(3_000) }),
  })
}

const restart: Act = ({ server }, chance) => server.restart(chance.below(20_000))

/** It sleeps with its sockets open; what is said when it wakes may get lost on one of them. */
const hibernate: Act = (world, chance) => {
  if (!world.room.sleep()) return world.skip()
  for (const { network } of world.devices)
    if (chance.is(0.2)) network.loseNext(chance.of(['msg', 'ack', 'status'] as const) ?? 'msg')
}

const prune: Act = (world, chance) => {
  world.room.prune(chance.below(8))
  world.truth.pruned()
}

/** Streams end with their log. */
const losing =
  (how: 'wipe' | 'delete'): Act =>
  (world) => {
    world.room[how]()
    world.streams.length = 0
  }

const edit: Act = (world, chance) => {
  const message = chance.of(
    world.room.messages.filter(({ state }) => state !== 'streaming' && state !== 'deleted'),
  )
  if (!message) return world.skip()
  world.truth.edited.add(message.id)
  const text = `edited ${world.number()}`
  world.try('edit', () => world.room.edit(message.id, [{ type: 'text', text }], { edited: true }))
}

const remove: Act = (world, chance) => {
  const message = chance.of(world.room.messages)
  if (!message) return world.skip()
  world.truth.edited.add(message.id)
  world.room.remove(message.id)
}

const stream: Act = (world, chance) => {
  const script = drawAnswer(chance)
  if (!script) return world.skip()
  const streaming = world.room.stream(script.answer, script)
  world.truth.script(streaming.id, script.answer)
  world.streams.push(streaming)
}

const pause: Act = (world, chance) => {
  const streaming = chance.of(world.streams)
  if (!streaming) return world.skip()
  streaming.pause()
  world.clock.setTimeout(() => streaming.resume(), chance.below(60_000))
}

const slowDown: Act = ({ clock, server }, chance) => {
  server.slowStream(1 + chance.below(10))
  clock.setTimeout(() => server.slowStream(false), chance.below(40_000))
}

const kick: Act = (world, chance) => {
  const authors = world.truth.messages.flatMap(({ author }) => author.id)
  const id = chance.of(authors)
  if (id === undefined || world.room.kick(id, { refresh: chance.is(0.7) }) === 0) world.skip()
}

export const SERVER_ACTS: Acts = [
  ['restart', 4, restart],
  ['hibernate', 3, hibernate],
  ['somebody else says', 5, (world) => world.post()],
  ['stream', 3, stream],
  ['pause a stream', 3, pause],
  ['slow streams', 3, slowDown],
  ['fail a stream', 2, ({ server }) => server.failingStream()],
  ['edit', 3, edit],
  ['remove', 3, remove],
  ['prune', 2, prune],
  ['wipe', 1, losing('wipe')],
  ['renew the epoch', 1, ({ room }) => room.renewEpoch()],
  ['delete the session', 0.5, losing('delete')],
  ['kick', 1.5, kick],
  ['refuse a send', 5, refuseSend],
  ['a guest comes', 2, ({ room }, chance) => room.join(`Guest ${chance.below(3)}`)],
  ['a guest goes', 2, ({ room }, chance) => room.leave(`Guest ${chance.below(3)}`)],
]
