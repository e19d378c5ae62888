/**
 * Serves a Worker with wrangler's local runtime, in this process and its children.
 * Run by `start.ts` and `dev.ts` on a leash, whose end ends the whole group.
 *
 *     node serve.ts <wrangler.jsonc> <port> <state directory> <once|watch> [assets]
 */

import { unstable_startWorker as startWorker } from 'wrangler'
import { defaultVariables, givenVariables } from './workerVariables.ts'

const [config = '', port = '', stateDir = '', mode = '', assets] = process.argv.slice(2)

// The leash itself may have been killed: then nobody else is left to end the group.
process.stdin.on('end', () => process.kill(0, 'SIGKILL'))
process.stdin.on('error', () => process.kill(0, 'SIGKILL'))
process.stdin.resume()

const worker = await startWorker({
  config,
  assets,
  bindings: givenVariables(process.env),
  defaultBindings: defaultVariables(),
  dev: {
    server: { hostname: 'localhost', port: Number(port) },
    inspector: false,
    persist: stateDir,
    // Warnings and errors of the Worker; none of wrangler's own chatter.
    logLevel: 'warn',
    watch: mode === 'watch',
  },
})
worker.raw.on('error', (event: { reason?: string; cause?: unknown }) => {
  console.error(`The Worker could not be served: ${event.reason ?? 'unknown reason'}`)
  console.error(event.cause ?? event)
  if (mode !== 'watch') process.exit(1)
})
await worker.ready
