/**
 * `pnpm start`: builds the page when needed and serves page, API and sockets at one origin,
 * with all state on disk. Needs no account, no key and no network.
 *
 * Nothing it starts outlives it, and it doesn't outlive what it started, nor the package
 * manager that started it. `SIGINT` and `SIGTERM` end it cleanly.
 *
 * Environment: `PORT` (8787), `STATE_DIR` (demo/.wrangler/state; one server per directory)
 * and the Worker's variables, see `workerVariables.ts`.
 */

import { join, resolve } from 'node:path'
import { commandAncestors } from './ancestors.ts'
import { buildDemo } from './buildDemo.ts'
import { endLeftover, forget, remember } from './leftover.ts'
import { DEMO } from './paths.ts'
import { describePort, portState, readPort } from './port.ts'
import { type Leashed, readGroup, runLeashed } from './runLeashed.ts'
import { waitUntilServed } from './waitUntilServed.ts'
import { watchProcesses } from './watchProcesses.ts'

const stateDir = resolve(process.env.STATE_DIR ?? join(DEMO, '.wrangler', 'state'))
let held: Leashed | undefined
let isEnding = false

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void end(0))
}
watchProcesses(commandAncestors(process.pid), (gone) => {
  void end(1, `the command that started it has ended (pid ${gone.pid})`)
})

try {
  await start()
} catch (error) {
  await end(1, error instanceof Error ? error.message : String(error))
}

async function start(): Promise<void> {
  const port = readPort(process.env.PORT)
  const leftover = await endLeftover(stateDir)
  if (leftover !== undefined) say('ended a server that this clone had left behind')
  const state = await portState(port)
  if (state.kind !== 'free') throw new Error(describePort(port, state))

  await buildDemo((build) => {
    say('building the page, which takes a while the first time')
    hold(build)
  })
  const server = serve(port)
  hold(server)
  void server.ended.then((exit) => end(1, `the server has ended (${exit})`))
  const url = `http://localhost:${port}`
  await waitUntilServed(url)
  watchProcesses(readGroup(server.group), (gone) => {
    void end(1, `a part of the server has ended (pid ${gone.pid})`)
  })
  console.log(`session-kit is ready: ${url}`)
}

function serve(port: number): Leashed {
  const script = join(import.meta.dirname, 'serve.ts')
  const config = join(DEMO, 'wrangler.jsonc')
  return runLeashed('node', [script, config, String(port), stateDir, 'once'], {
    cwd: DEMO,
    env: {
      ...process.env,
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_WRITE_LOGS: 'false',
      // Servers of other clones are none of our business, nor we of theirs.
      WRANGLER_REGISTRY_PATH: join(stateDir, 'registry'),
    },
  })
}

function hold(leashed: Leashed): void {
  held = leashed
  remember(stateDir, leashed.group)
}

async function end(code: number, why?: string): Promise<void> {
  if (isEnding) return
  isEnding = true
  if (why !== undefined) say(why)
  if (held !== undefined) {
    await held.end()
    forget(stateDir, held.group)
  }
  process.exit(code)
}

function say(what: string): void {
  console.error(`session-kit: ${what}`)
}
