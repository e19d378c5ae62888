/** Serves a Worker from a process of its own; see `serve.ts`. */

import { join } from 'node:path'
import { DEMO } from './paths.ts'
import { type Leashed, runLeashed } from './runLeashed.ts'

export interface ServeOptions {
  /** a wrangler.jsonc */
  config: string
  port: number
  /** where sessions are kept */
  stateDir: string
  /** `watch` follows changes of the source */
  mode: 'once' | 'watch'
  /** a directory in place of the one that the config names */
  assets?: string
}

export function serveWorker(options: ServeOptions): Leashed {
  const { config, port, stateDir, mode, assets } = options
  const script = join(import.meta.dirname, 'serve.ts')
  const args = [script, config, String(port), stateDir, mode]
  return runLeashed('node', assets === undefined ? args : [...args, assets], {
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
