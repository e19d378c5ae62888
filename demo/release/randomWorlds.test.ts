/**
 * Random worlds with seeds that nobody had before: many that are simulated, and a few that are
 * longer on real sockets. `SEED=…` repeats a run.
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { playOnRealSockets } from '../e2e/playOnRealSockets.ts'
import { plainEnv } from './run.ts'

const root = join(import.meta.dirname, '../..')
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000)
const { WORLDS = '20000' } = process.env
const RUNS = 4

test(`${WORLDS} simulated worlds from seed ${seed}`, async () => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn('node', [vitest, 'run', '--project', 'unit', 'test/worlds'], {
    cwd: root,
    env: { ...plainEnv(), PATH: process.env.PATH, SEED: `${seed}`, WORLDS },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  console.log(said.split('\n').find((line) => / a second/.test(line)))
  expect(code, said).toBe(0)
}, 7_200_000)

test.each(Array.from({ length: RUNS }, (_, n) => seed + n))(
  'people on real sockets, seed %i',
  async (one) => {
    const hits = await playOnRealSockets(one, 600)
    console.log([...hits].map(([what, count]) => `${what} ${count}`).join(', '))
  },
  600_000,
)
