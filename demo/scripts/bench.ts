/** `pnpm bench NAME [options]`: runs one benchmark; the options are its own. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './paths.ts'

const BENCHES: Record<string, string> = {
  client: 'ui-kit/bench/client.ts',
  server: 'api/bench/server.ts',
  ui: 'ui-kit/bench/ui.ts',
}

const [name = '', ...options] = process.argv.slice(2)
const script = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined
if (script === undefined) {
  console.error(`bench: name one of: ${Object.keys(BENCHES).join(', ')}`)
  process.exit(1)
}
const { status } = spawnSync('node', [join(ROOT, script), ...options], { stdio: 'inherit' })
process.exit(status ?? 1)
