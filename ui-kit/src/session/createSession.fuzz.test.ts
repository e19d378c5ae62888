/**
 * Three people, one session, a network that fails in every way it can, by seed.
 *
 * In the end every feed is the server's history: complete, in order, nothing twice.
 * A kind of fault that never hit fails the run; a bad seed becomes a test of its own.
 */

import { expect, test } from 'vitest'
import { createFakeServer } from '../testing/createFakeServer.ts'
import { createManualClock } from '../testing/createManualClock.ts'
import { createSeed } from '../testing/createSeed.ts'
import { createSession } from './createSession.ts'
import { createStorage } from './createWorld.test.ts'
import type { Session } from './Session.ts'

const SEEDS = 40
const MESSAGES = 60

function play(seed: number) {
  const random = createSeed(seed)
  const clock = createManualClock()
  const server = createFakeServer({ clock, seed, agent: () => 'a word '.repeat(1 + random() * 60) })
  const room = server.session('room')
  const hits = new Map<string, number>()
  const sent: string[] = []
  let ids = 0
  const pick = (n: number) => Math.floor(random() * n)

  const devices = [0, 1, 2].map((index) => {
    const network = index === 0 ? server : server.network()
    const storage = createStorage()
    const join = () =>
      createSession({
        url: 'http://chat.test',
        sessionId: 'room',
        clock,
        random,
        storage,
        createId: () => `seed-${seed}-device-${index}-id-${ids++}`,
        wallClock: () => 1_800_000_000_000 + clock.now(),
        WebSocket: network.WebSocket,
      })
    return { network, join, session: join() as Session }
  })

  const faults: Record<string, (device: (typeof devices)[number]) => void> = {
    cut: ({ network }) => network.drop(),
    close: ({ network }) => network.drop([1001, 1011, 1012, 1013, 4429][pick(5)]),
    refuse: ({ network }) => network.refuse(1 + pick(3)),
    stall: ({ network }) => {
      network.drop()
      network.stall(1 + pick(2))
    },
    blackhole: ({ network }) => {
      network.halfOpen(true)
      clock.setTimeout(() => network.halfOpen(false), 5_000 + pick(60_000))
    },
    cable: ({ network }) => {
      network.offline(true)
      clock.setTimeout(() => network.offline(false), pick(20_000))
    },
    slow: ({ network }) => {
      network.latency({ ms: pick(1_500), jitterMs: pick(1_500) })
      clock.setTimeout(() => network.latency({ ms: 0 }), 5_000)
    },
    loseMsg: ({ network }) => network.loseNext('msg', 1 + pick(3)),
    loseDelta: ({ network }) => network.loseNext('delta', 1 + pick(3)),
    loseAck: ({ network }) => network.loseNext('ack', 1 + pick(3)),
    loseSync: ({ network }) => network.loseNext('sync'),
    ignoreSend: ({ network }) => network.ignoreNext('send', 1 + pick(3)),
    ignoreHello: ({ network }) => network.ignoreNext('hello'),
    double: ({ network }) => {
      network.duplicate(true)
      clock.setTimeout(() => network.duplicate(false), 5_000)
    },
    swap: ({ network }) => {
      network.reorder(true)
      clock.setTimeout(() => network.reorder(false), 5_000)
    },
    nack: () => server.nackNext(pick(2) ? 'storage' : 'rate_limited', { waitMs: pick(3_000) }),
    restart: () => server.restart(pick(5_000)),
    reload: (device) => {
      device.session.close()
      device.session = device.join()
    },
    crash: (device) => {
      // The tab is gone without a word; its socket ends with it, its timers with the line.
      device.network.drop()
      device.session.close()
      device.session = device.join()
    },
  }
  // A send that is lost on a socket that then lives on is overtaken by those behind it. A network
  // doesn't do that; the fake one does, so half of the seeds go without and must keep the order.
  const keepsOrder = seed % 2 === 0
  const kinds = Object.keys(faults).filter(
    (kind) => !(keepsOrder && (kind === 'ignoreSend' || kind === 'blackhole')),
  )

  for (let i = 0; i < MESSAGES; i++) {
    const device = devices[pick(3)]
    if (!device) continue
    sent.push(device.session.send(`message ${i} of seed ${seed}`).cid)
    if (random() < 0.4) {
      const kind = kinds[pick(kinds.length)] ?? ''
      const victim = devices[pick(3)]
      if (victim) faults[kind]?.(victim)
      hits.set(kind, (hits.get(kind) ?? 0) + 1)
    }
    clock.advance(pick(2_000))
  }
  clock.advance(900_000)
  // What a line lost that looked well all the time shows with the next word (W3): seed 21.
  for (const { session } of devices.slice(0, 1)) sent.push(session.send('the last word').cid)
  clock.advance(60_000)
  return { clock, devices, room, sent, hits, keepsOrder }
}

test(`[W3] [W5] [W6] [F62] three clients, random faults, ${SEEDS} seeds: nothing lost, nothing doubled`, async () => {
  const total = new Map<string, number>()
  const add = (kind: string, count: number) => total.set(kind, (total.get(kind) ?? 0) + count)
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { clock, devices, room, sent, hits, keepsOrder } = play(seed)
    for (const [kind, count] of hits) add(kind, count)
    for (const { network } of devices)
      for (const [kind, count] of Object.entries(network.faults)) add(`${kind} on the wire`, count)
    const people = room.messages.filter(({ role }) => role === 'user')
    expect(people.map(({ cid }) => cid).sort(), `seed ${seed}: stored`).toEqual([...sent].sort())
    for (const [index, { session }] of devices.entries()) {
      const own = people.filter(({ cid }) => cid?.includes(`-device-${index}-`))
      const order = sent.filter((cid) => cid.includes(`-device-${index}-`))
      if (keepsOrder)
        expect(
          own.map(({ cid }) => cid),
          `seed ${seed}: order of device ${index}`,
        ).toEqual(order)
      // A reload begins with the newest; the rest is older history.
      while (session.store.getState().history.hasOlder) {
        const older = session.loadOlder()
        clock.advance(1_000)
        await older
      }
      const feed = session.getMessages().map(({ key: _, delivery, ...message }) => {
        expect(delivery, `seed ${seed}: device ${index}`).toBe('stored')
        return message
      })
      expect(feed, `seed ${seed}: feed of device ${index}`).toEqual(room.messages)
      session.close()
    }
  }
  const counts = [...total].map(([kind, count]) => `${kind} ${count}`).join(', ')
  console.info(`seeds 1 to ${SEEDS}: ${counts}`)
  expect(total.size, `a kind of fault never hit: ${counts}`).toBe(19 + 8)
  for (const [kind, count] of total) expect(count, kind).toBeGreaterThan(10)
}, 60_000)
