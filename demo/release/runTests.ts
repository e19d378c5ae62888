import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { plainEnv } from './run.ts'

const root = join(import.meta.dirname, '../..')

/** Runs tests of the workspace with variables of their own; returns the lines that they said. */
export async function runTests(
  args: readonly string[],
  variables: Record<string, string>,
): Promise<string[]> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const { PATH } = process.env
  const child = spawn('node', [vitest, 'run', ...args], {
    cwd: root,
    env: { ...plainEnv(), PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect(code, said).toBe(0)
  return said.split('\n')
}
