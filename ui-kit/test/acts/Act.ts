import type { Chance } from '../Chance.ts'
import type { World } from '../World.ts'

/** Something that happens to a world; where there is nothing to do it to, it is skipped. */
export type Act = (world: World, chance: Chance) => void

/** What may happen, and how often. */
export type Acts = readonly (readonly [kind: string, weight: number, act: Act])[]
