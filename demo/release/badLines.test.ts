/** Claim 5 again, with other seeds: each draw is another schedule of faults. */

import { afterAll, beforeAll, test } from 'vitest'
import { openWorld } from '../e2e/openWorld.ts'
import { threeClientsOnABadLine } from '../e2e/proofs/threeClientsOnABadLine.ts'

const RUNS = 5
let world: Awaited<ReturnType<typeof openWorld>>

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())

test.each(Array.from({ length: RUNS }, (_, n) => n + 1))('run %s of 5', async () => {
  console.log(await threeClientsOnABadLine(world))
})
