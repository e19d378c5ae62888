/** Measures a feed in a process of its own: nobody warms it up, and nobody's garbage is its. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Sample } from '../../../demo/bench/statistics.ts'
import type { Workload } from './measureFeed.ts'

const run = promisify(execFile)
const SCRIPT = join(import.meta.dirname, 'measureFeed.ts')

/** @throws Error with the process's words when a feed didn't show what was said */
export async function runFeed(workload: Workload): Promise<Sample> {
  const { stdout } = await run('node', ['--expose-gc', SCRIPT, JSON.stringify(workload)])
  return JSON.parse(stdout)
}
