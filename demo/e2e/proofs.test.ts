import { afterAll, beforeAll, test } from 'vitest'
import { openWorld } from './openWorld.ts'
import { proofs } from './proofs/index.ts'

let world: Awaited<ReturnType<typeof openWorld>>

beforeAll(async () => {
  world = await openWorld()
}, 180_000)
afterAll(() => world?.close())

test.each(proofs)('%s', { timeout: 240_000 }, async (claim, prove) => {
  console.log(`${claim}: ${await prove(world)}`)
})
