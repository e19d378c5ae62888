/**
 * Plays a schedule: acts and waits by seed, then a network that is well again, then the reckoning.
 *
 * Each step has a seed of its own, so that a schedule stays the same when steps are taken out.
 */

import { NETWORK_ACTS } from './acts/networkActs.ts'
import { PAGE_ACTS } from './acts/pageActs.ts'
import { PEOPLE_ACTS } from './acts/peopleActs.ts'
import { SERVER_ACTS } from './acts/serverActs.ts'
import { Chance } from './Chance.ts'
import { heal } from './heal.ts'
import { reckon } from './reckon.ts'
import { World } from './World.ts'

export interface Step {
  kind: string
  seed: number
  waitMs: number
}

const ACTS = [...PEOPLE_ACTS, ...PAGE_ACTS, ...NETWORK_ACTS, ...SERVER_ACTS]
const WEIGHT = ACTS.reduce((sum, [, weight]) => sum + weight, 0)
export const KINDS = ACTS.map(([kind]) => kind)

/** How long, how often: mostly at once, now and then for minutes. */
const WAITS: readonly [share: number, belowMs: number][] = [
  [0.25, 5],
  [0.65, 600],
  [0.9, 5_000],
  [0.98, 40_000],
  [1, 400_000],
]

export function plan(seed: number): Step[] {
  const chance = new Chance(seed)
  return Array.from({ length: 6 + chance.below(24) }, () => {
    const kind = drawKind(chance)
    const share = chance.random()
    const [, belowMs] = WAITS.find(([most]) => share < most) ?? [1, 1]
    return { kind, seed: chance.below(2 ** 31), waitMs: chance.below(belowMs) }
  })
}

function drawKind(chance: Chance): string {
  let at = chance.random() * WEIGHT
  for (const [kind, weight] of ACTS) {
    at -= weight
    if (at < 0) return kind
  }
  throw new Error('the weights were added up wrongly')
}

/** @throws Violation, or whatever went wrong */
export async function play(
  seed: number,
  steps: readonly Step[],
  hits = new Map<string, number>(),
): Promise<void> {
  const world = new World(seed, hits)
  await world.pass(50)
  for (const { kind, seed: own, waitMs } of steps) {
    const act = ACTS.find(([name]) => name === kind)?.[2]
    if (!act) throw new Error(`no such act: ${kind}`)
    world.isSkipped = false
    act(world, new Chance(own))
    if (!world.isSkipped) world.hit(kind)
    await world.clock.settle()
    world.check()
    await world.pass(waitMs)
  }
  await heal(world)
  await reckon(world)
}
