/** Random people in a session, against a model of its log: see test/World.ts. */

import { afterEach, expect, inject, test, vi } from 'vitest'
import { Changes } from '../test/Changes.ts'
import { endings, PLACES } from '../test/Life.ts'
import { expectReports } from '../test/TestClient.ts'
import { World } from '../test/World.ts'

const SEED = inject('seed')
const STEPS = inject('steps')
const WORLDS = 4

afterEach(() => {
  vi.restoreAllMocks()
})

type Act = (world: World, changes: Changes) => Promise<unknown>

/** What may happen, how often, and how; it may be impossible, or in vain. */
const ACTS: [kind: string, weight: number, act: Act][] = [
  ['send', 8, (world, changes) => world.do(changes.send())],
  ['together', 2, (world) => world.together()],
  ['repeat', 3, (world, changes) => world.do(changes.repeat(false))],
  ['conflict', 2, (world, changes) => world.do(changes.repeat(true))],
  ['again', 3, (world, changes) => world.do(changes.again())],
  ['cancel', 3, (world, changes) => world.do(changes.cancel())],
  ['grow', 4, (world) => world.grow()],
  ['end', 6, (world, changes) => world.do(changes.end())],
  ['edit', 2, (world, changes) => world.do(changes.edit())],
  ['remove', 2, (world, changes) => world.do(changes.remove())],
  ['renewEpoch', 1, (world, changes) => world.do(changes.renewEpoch())],
  ['page', 3, (world) => world.page()],
  ['hello', 2, (world) => world.hello()],
  ['odd hello', 5, (world) => world.hello(true)],
  ['reconnect', 3, (world) => world.reconnect()],
  ['evict', 2, (world) => world.evict()],
  ['wipe', 0.5, (world) => world.wipe()],
  ['prune', 1, (world) => world.prune()],
  ['abort at rest', 1, (world) => world.crash()],
  ['abort queued', 2, (world, changes) => world.endIn('queued', changes.any(true))],
  ['abort transaction', 3, (world, changes) => world.endIn('transaction', changes.any())],
  ['abort unsent', 3, (world, changes) => world.endIn('unsent', changes.any())],
  ['abort stream', 2, (world) => world.endInStream()],
  ['abort catch-up', 2, (world) => world.endInCatchUp()],
]

const WEIGHT = ACTS.reduce((sum, [, weight]) => sum + weight, 0)
/** Refused as it should be. */
const IN_VAIN = ['again in vain', 'cancel in vain', 'edit in vain']
const hits = new Map([...ACTS.map(([kind]) => kind), ...IN_VAIN].map((kind) => [kind, 0]))
const count = (kind: string) => hits.has(kind) && hits.set(kind, (hits.get(kind) ?? 0) + 1)

async function step(world: World, lately: string[]): Promise<void> {
  let at = world.random() * WEIGHT
  for (const [kind, weight, act] of ACTS) {
    at -= weight
    if (at >= 0) continue
    lately.push(kind)
    const outcome = await act(world, new Changes(world))
    if (outcome !== 'impossible') count(kind)
    if (outcome === 'in vain') count(`${kind} in vain`)
    return world.check()
  }
  throw new Error('the weights were added up wrongly')
}

test.each(Array.from({ length: WORLDS }, (_, n) => SEED + n))(
  '[W2][W3][W5][W7][W8] what random people see is what a model of the log says, seed %i',
  { timeout: 600_000 },
  async (seed) => {
    expectReports()
    const world = new World(seed)
    const lately: string[] = []
    try {
      await world.enter()
      for (let i = 0; i < STEPS; i++) await step(world, lately)
      await world.calm()
      await world.check()
    } catch (error) {
      console.log(`seed ${seed}, step ${lately.length} failed: ${lately.slice(-12).join(', ')}`)
      throw error
    }
  },
)

test('[W1] every kind of act happened, and objects ended at every place', () => {
  const from = `from seed ${SEED}`
  console.log(
    `${WORLDS} worlds of ${STEPS} steps ${from}: ${JSON.stringify(Object.fromEntries(hits))}`,
  )
  console.log(`ended: ${JSON.stringify(Object.fromEntries(endings))}`)
  for (const [kind, hit] of hits) expect(hit, kind).toBeGreaterThan(2)
  for (const place of PLACES) expect(endings.get(place), place).toBeGreaterThan(2)
})
