/** `pnpm prove`: performs the README's claims one by one against started servers, a line for each. */

import { openWorld } from '../e2e/openWorld.ts'
import { proofs } from '../e2e/proofs/index.ts'

const world = await openWorld()
let failed = 0
for (const [claim, prove] of proofs) {
  try {
    console.log(`✓ ${claim}: ${await prove(world)}`)
  } catch (error) {
    failed += 1
    console.log(`✗ ${claim}: ${error instanceof Error ? error.stack : error}`)
  }
}
await world.close()
console.log(`${proofs.length - failed} of ${proofs.length} proved`)
process.exitCode = failed === 0 ? 0 : 1
