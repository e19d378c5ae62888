/**
 * `pnpm start`: builds the page when needed and serves page, API and sockets at one origin,
 * with all state on disk. Needs no account, no key and no network.
 *
 * Nothing it starts outlives it, and it doesn't outlive what it started, nor the package
 * manager that started it.
 *
 * Environment: `PORT` (8787), `STATE_DIR` (demo/.wrangler/state; one server per directory)
 * and the Worker's variables, see `workerVariables.ts`.
 */

import { cpSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildDemo } from './buildDemo.ts'
import { createLifetime, say } from './createLifetime.ts'
import { endLeftover, forget, remember } from './leftover.ts'
import { DEMO, OUT } from './paths.ts'
import { describePort, portState, readPort } from './port.ts'
import { type Leashed, readGroup } from './runLeashed.ts'
import { serveWorker } from './serveWorker.ts'
import { waitUntilServed } from './waitUntilServed.ts'
import { watchProcesses } from './watchProcesses.ts'

/** What wrangler keeps running below it; anything else it starts may end when it is done. */
const LASTING = /workerd|esbuild/

const stateDir = resolve(process.env.STATE_DIR || join(DEMO, '.wrangler', 'state'))
const lifetime = createLifetime((leashed) => forget(stateDir, leashed.group))

try {
  await start()
} catch (error) {
  await lifetime.end(1, error instanceof Error ? error.message : String(error))
}

async function start(): Promise<void> {
  const port = readPort(process.env, 'PORT', 8787)
  const leftover = await endLeftover(stateDir)
  if (leftover !== undefined) say('ended a server of this clone that was still running')
  const state = await portState(port)
  if (state.kind !== 'free') throw new Error(describePort(port, state, 'PORT'))

  await buildDemo((build) => {
    say('building the page, which takes a while the first time')
    hold(build)
  })
  // A copy of its own, so that a build for another server doesn't change the page of this one.
  const assets = join(stateDir, 'page')
  rmSync(assets, { recursive: true, force: true })
  cpSync(OUT, assets, { recursive: true })
  const config = join(DEMO, 'wrangler.jsonc')
  const server = serveWorker({ config, port, stateDir, mode: 'once', assets })
  hold(server)
  void server.ended.then((exit) => lifetime.end(1, `the server has ended (${exit})`))
  const url = `http://localhost:${port}`
  await waitUntilServed(url)
  // The runtime would be started anew by wrangler, with every socket cut and nobody told.
  const lasting = readGroup(server.group).filter(({ command }) => LASTING.test(command))
  watchProcesses(lasting, (gone) => {
    void lifetime.end(1, `a part of the server has ended (pid ${gone.pid})`)
  })
  console.log(`session-kit is ready: ${url}`)
}

function hold(leashed: Leashed): void {
  lifetime.hold(leashed)
  remember(stateDir, leashed.group)
}
