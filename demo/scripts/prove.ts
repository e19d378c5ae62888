/**
 * `pnpm prove [claim …]`: performs the README's claims one by one against started servers, and
 * prints a line for each. With arguments, only the claims that begin so: `pnpm prove 4 5`.
 */

import { openWorld } from '../e2e/openWorld.ts'
import { proofs } from '../e2e/proofs/index.ts'

const wanted = process.argv.slice(2)
const chosen = proofs.filter(
  ([claim]) => wanted.length === 0 || wanted.some((start) => claim.startsWith(start)),
)
const world = await openWorld()
let proved = 0
for (const [claim, prove] of chosen) {
  try {
    console.log(`✓ ${claim}: ${await prove(world)}`)
    proved += 1
  } catch (error) {
    console.log(`✗ ${claim}: ${error instanceof Error ? error.stack : error}`)
  }
}
await world.close()
console.log(`${proved} of ${chosen.length} proved`)
process.exitCode = proved > 0 && proved === chosen.length ? 0 : 1
