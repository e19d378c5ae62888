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
}

export function serveWorker({ config, port, stateDir, mode }: ServeOptions): Leashed {
  const script = join(import.meta.dirname, 'serve.ts')
  return runLeashed('node', [script, config, String(port), stateDir, mode], {
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
