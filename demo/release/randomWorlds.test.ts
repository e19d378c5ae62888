/**
 * Random worlds with seeds that nobody had before: many that are simulated, and a few that are
 * longer on real sockets. `SEED=…` repeats a run.
 */

import { test } from 'vitest'
import { playOnRealSockets } from '../e2e/playOnRealSockets.ts'
import { runTests } from './runTests.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000)
const { WORLDS = '15000' } = process.env
const RUNS = 2

test(`${WORLDS} simulated worlds from seed ${seed}`, async () => {
  const args = ['--project', 'unit', 'test/worlds']
  const said = await runTests(args, { SEED: `${seed}`, WORLDS })
  console.log(said.find((line) => / a second/.test(line)))
}, 7_200_000)

test.each(Array.from({ length: RUNS }, (_, n) => seed + n))(
  'people on real sockets, seed %i',
  async (one) => {
    const hits = await playOnRealSockets(one, 500)
    console.log([...hits].map(([what, count]) => `${what} ${count}`).join(', '))
  },
  600_000,
)
