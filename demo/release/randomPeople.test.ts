/**
 * The random worlds of the session, much longer and with a seed that nobody had before.
 *
 * `SEED=… STEPS=…` repeats a run; what `pnpm test` plays is the same, shorter.
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plainEnv } from './run.ts'

const root = join(import.meta.dirname, '../..')
const { SEED = `${Date.now() % 1_000_000_000}`, STEPS = '5000' } = process.env

test(`tens of thousands of random acts, seed ${SEED}, ${STEPS} steps a world`, async () => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--project', 'api', 'src/Room.random', 'src/client']
  const { PATH } = process.env
  const child = spawn('node', args, {
    cwd: root,
    env: { ...plainEnv(), PATH, SEED, STEPS },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  for (const line of said.split('\n'))
    if (/ worlds of |ended: |ends, /.test(line)) console.log(line)
  expect(code, said).toBe(0)
}, 1_800_000)
