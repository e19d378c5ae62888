/**
 * A thread that plays every n-th world, and says of one that fails how to see it again: its seed,
 * the command, and the few steps that are enough.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { plan, play } from './play.ts'
import { shrink } from './shrink.ts'

export interface Lane {
  first: number
  last: number
  every: number
}

/** What a lane has met; `failure` of the first world that failed, which is where it ended. */
export interface Report {
  hits: ReadonlyMap<string, number>
  failure?: string
}

async function playOne(seed: number, hits: Map<string, number>): Promise<string | undefined> {
  const steps = plan(seed)
  try {
    await play(seed, steps, hits)
    return undefined
  } catch (error) {
    const { fewer, reason } = await shrink(seed, steps, error)
    return [
      `World ${seed} fails: ${(reason as Error).message}`,
      '',
      'To see it again:',
      `  SEED=${seed} WORLDS=1 npx vitest run --project unit test/worlds`,
      `${fewer.length} of its ${steps.length} steps are enough. As a test beside the code that is wrong:`,
      "  test('[rule] what went wrong, in words', () =>",
      `    play(${seed}, [`,
      ...fewer.map((step) => `      ${JSON.stringify(step)},`),
      '    ]))',
      'Noticed at:',
      `${(reason as Error).stack}`,
    ].join('\n')
  }
}

const { first, last, every } = workerData as Lane
const hits = new Map<string, number>()
let failure: string | undefined
for (let seed = first; seed <= last && failure === undefined; seed += every)
  failure = await playOne(seed, hits)
const report: Report = { hits, ...(failure !== undefined && { failure }) }
parentPort?.postMessage(report)
