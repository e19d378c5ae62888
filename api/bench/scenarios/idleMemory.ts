/** What a socket costs that only is there. */

import { execFileSync } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'
import { atMost, show } from '../../../demo/bench/Scenario.ts'
import { interleave, ratio, typical } from '../../../demo/bench/statistics.ts'
import { fill } from '../Line.ts'
import type { ServerScenario } from '../ServerBench.ts'
import { agents, partyserver, plain, plainSqlite, sessionKit } from '../targets.ts'
import { readUsage } from '../usage.ts'

/** Files a process has open beside its sockets. */
const OTHER_FILES = 200
/** A fresh process each time, and its figures hardly differ. */
const MAX_ROUNDS = 3

export const idleMemory: ServerScenario = {
  name: 'idle-memory',
  title: 'Memory per idle socket',
  async run(bench) {
    const targets = bench.isQuick
      ? [plain, sessionKit]
      : [plain, plainSqlite, partyserver, agents, sessionKit]
    const size = bench.isQuick ? 100 : 5_000
    const allowed = openFiles()
    if (allowed < size + OTHER_FILES)
      return {
        columns: ['server'],
        rows: [],
        goals: [atMost("memory of plain's", 1.1, Number.NaN)],
        notes: [
          `Not measured: ${size} sockets need ${size + OTHER_FILES} open files, and this system allows a process ${allowed}. Raise the hard limit (ulimit -Hn) and run it again.`,
        ],
      }
    const samples = await interleave(
      Math.min(bench.rounds, MAX_ROUNDS),
      targets,
      async (target) => {
        const server = await bench.serve(target)
        const room = bench.room()
        await fill(target, server.url, room, 1)
        const empty = readUsage(server.pid).rssKiB
        const lines = await fill(target, server.url, room, size)
        await setTimeout(1_000)
        const full = readUsage(server.pid).rssKiB
        for (const line of lines) line.close()
        await server.stop()
        return { emptyMiB: empty / 1_024, fullMiB: full / 1_024, perSocket: (full - empty) / size }
      },
    )
    return {
      columns: ['server', 'MiB empty', `MiB with ${size}`, 'KiB per socket', '× plain'],
      rows: targets.map(({ name }) => [
        name,
        show(typical(samples, name, 'emptyMiB')),
        show(typical(samples, name, 'fullMiB')),
        show(typical(samples, name, 'perSocket')),
        show(ratio(samples, name, plain.name, 'perSocket')),
      ]),
      goals: [
        atMost("memory of plain's", 1.1, ratio(samples, sessionKit.name, plain.name, 'perSocket')),
      ],
      notes: [
        `${size} sockets in one room of a fresh process, resident memory of the whole of it: the HTTP connection and the entry's pipe are in it as well as the object's socket.`,
      ],
    }
  },
}

/** What a process started from here may have open; Node has raised it to what is allowed at most. */
function openFiles(): number {
  if (process.platform === 'win32') return Number.POSITIVE_INFINITY
  const limit = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim()
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit)
}
