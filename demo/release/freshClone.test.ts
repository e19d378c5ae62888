/** The README's first command, on a fresh clone with nothing installed. */

import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFolder, plainEnv, run } from './run.ts'

const PORT = '8971'
const URL_READY = `http://localhost:${PORT}`
const root = join(import.meta.dirname, '../..')
const folder = emptyFolder()
const clone = join(folder.path, 'session-kit')
let child: ChildProcess | undefined

beforeAll(() => {
  run(folder.path, 'git', 'clone', '--quiet', root, 'session-kit')
})
afterAll(() => {
  child?.kill('SIGKILL')
  folder.remove()
})

test('`npx -y pnpm@12 start` installs, builds and serves page and API', async () => {
  child = spawn('npx', ['-y', 'pnpm@12', 'start'], {
    cwd: clone,
    env: { ...plainEnv(), PORT },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await printed(child, URL_READY)
  expect(await (await fetch(`${URL_READY}/health`)).json()).toEqual({ ok: true })
  expect(await (await fetch(URL_READY)).text()).toContain('<!DOCTYPE html>')
})

test('SIGKILL of that command leaves nothing on the port', async () => {
  child?.kill('SIGKILL')
  await expect.poll(answers, { timeout: 20_000 }).toBe(false)
})

test('the clone is as clean as before: nothing that was built is left for git to see', () => {
  expect(run(clone, 'git', 'status', '--porcelain')).toBe('')
})

const answers = () =>
  fetch(`${URL_READY}/health`).then(
    () => true,
    () => false,
  )

function printed(process: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes(text)) resolve()
    }
    process.stdout?.on('data', read)
    process.stderr?.on('data', read)
    process.once('exit', (code) => reject(new Error(`ended with ${code}:\n${output}`)))
  })
}
