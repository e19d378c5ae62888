/**
 * `pnpm bench server`: sessions against servers written by hand and against other kits, each on
 * bare workerd with real sockets, in one run. See README.md.
 */

import { runBench } from '../../demo/bench/runBench.ts'
import { startWorkerd, type WorkerdServer } from '../test/startWorkerd.ts'
import { connectStorm } from './scenarios/connectStorm.ts'
import { fanOut } from './scenarios/fanOut.ts'
import { idleMemory } from './scenarios/idleMemory.ts'
import { oneInFlight } from './scenarios/oneInFlight.ts'
import { rawEcho } from './scenarios/rawEcho.ts'
import { resume } from './scenarios/resume.ts'
import { stream } from './scenarios/stream.ts'
import { wake } from './scenarios/wake.ts'

const SCENARIOS = [rawEcho, fanOut, oneInFlight, stream, wake, connectStorm, idleMemory, resume]

let lastRoom = 0

await runBench('server', SCENARIOS, async (scenario, bench) => {
  const servers: WorkerdServer[] = []
  try {
    return await scenario.run({
      ...bench,
      async serve(target) {
        const server = await startWorkerd(target.worker)
        servers.push(server)
        return server
      },
      room: () => `room-${lastRoom++}`,
    })
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
})
