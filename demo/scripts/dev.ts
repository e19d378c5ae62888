/**
 * `pnpm dev`: the page at http://localhost:3000 and the Worker at http://localhost:8787, both
 * following the source. One Ctrl-C ends both, and so does the end of either.
 *
 * Environment: `PAGE_PORT` (3000), `PORT` (8787) and the Worker's variables, see
 * `workerVariables.ts`. Sessions are kept in api/.wrangler/state.
 */

import { join } from 'node:path'
import { createLifetime } from './createLifetime.ts'
import { DEMO, ROOT } from './paths.ts'
import { describePort, portState, readPort } from './port.ts'
import { type Leashed, runLeashed } from './runLeashed.ts'
import { serveWorker } from './serveWorker.ts'

const lifetime = createLifetime()

try {
  const port = await freePort('PORT', 8787)
  const pagePort = await freePort('PAGE_PORT', 3000)
  const config = join(ROOT, 'api', 'wrangler.jsonc')
  const stateDir = join(ROOT, 'api', '.wrangler', 'state')
  run('the Worker', serveWorker({ config, port, stateDir, mode: 'watch' }))
  run('the page', servePage(pagePort, `http://localhost:${port}`))
} catch (error) {
  await lifetime.end(1, error instanceof Error ? error.message : String(error))
}

function servePage(port: number, sessionUrl: string): Leashed {
  const next = join(DEMO, 'node_modules', 'next', 'dist', 'bin', 'next')
  return runLeashed('node', [next, 'dev', '--hostname', 'localhost', '--port', String(port)], {
    cwd: DEMO,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NEXT_PUBLIC_SESSION_URL: sessionUrl },
  })
}

function run(what: string, leashed: Leashed): void {
  lifetime.hold(leashed)
  void leashed.ended.then((exit) => lifetime.end(1, `${what} has ended (${exit})`))
}

async function freePort(variable: string, fallback: number): Promise<number> {
  const port = readPort(process.env, variable, fallback)
  const state = await portState(port)
  if (state.kind !== 'free') throw new Error(describePort(port, state, variable))
  return port
}
