/**
 * The random worlds of the session, much longer and with a seed that nobody had before.
 *
 * `SEED=… STEPS=…` repeats a run; what `pnpm test` plays is the same, shorter.
 */

import { test } from 'vitest'
import { runTests } from './runTests.ts'

const { SEED = `${Date.now() % 1_000_000_000}`, STEPS = '2000' } = process.env

test(`tens of thousands of random acts, seed ${SEED}, ${STEPS} steps a world`, async () => {
  const args = ['--project', 'api', 'src/Room.random', 'src/client']
  for (const line of await runTests(args, { SEED, STEPS }))
    if (/ worlds of |ended: |ends, /.test(line)) console.log(line)
}, 1_800_000)
