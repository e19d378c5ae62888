/** A deploy, or a train that leaves a tunnel: everybody comes at the same moment. */

import { atMost, show } from '../../../demo/bench/Scenario.ts'
import { interleave, median, ratio, typical } from '../../../demo/bench/statistics.ts'
import { join } from '../Line.ts'
import type { ServerScenario } from '../ServerBench.ts'
import { agents, partyserver, plain, plainSqlite, sessionKit } from '../targets.ts'
import { untilQuiet } from '../untilQuiet.ts'
import { readUsage } from '../usage.ts'

export const connectStorm: ServerScenario = {
  name: 'connect-storm',
  title: 'Storm of 500 connects, hello to welcome',
  async run(bench) {
    const targets = bench.isQuick
      ? [plain, sessionKit]
      : [plain, plainSqlite, partyserver, agents, sessionKit]
    const size = bench.isQuick ? 50 : 500
    const servers = new Map(
      await Promise.all(targets.map(async (one) => [one.name, await bench.serve(one)] as const)),
    )
    // The first storm of a process pays for what it does once: one more round, which doesn't count.
    const samples = await interleave(bench.rounds + 1, targets, async (target) => {
      const server = servers.get(target.name)
      if (!server) throw new Error(`bench: ${target.name} was not started`)
      const room = bench.room()
      const before = readUsage(server.pid)
      const startMs = performance.now()
      const readyMs: number[] = []
      const lines = await Promise.all(
        Array.from({ length: size }, async (_, n) => {
          const line = await join(target, server.url, room, n)
          readyMs.push(performance.now() - startMs)
          return line
        }),
      )
      const cpu = (readUsage(server.pid).cpuMs - before.cpuMs) / size
      for (const line of lines) line.close()
      await untilQuiet(server.pid)
      return { last: Math.max(...readyMs), p50: median(readyMs), cpu }
    })
    for (const rounds of samples.values()) rounds.shift()
    return {
      columns: ['server', 'last ready ms', '× plain', 'p50 ms', 'CPU ms per socket', '× plain CPU'],
      rows: targets.map(({ name }) => [
        name,
        show(typical(samples, name, 'last')),
        show(ratio(samples, name, plain.name, 'last')),
        show(typical(samples, name, 'p50')),
        show(typical(samples, name, 'cpu')),
        show(ratio(samples, name, plain.name, 'cpu')),
      ]),
      goals: [atMost("time of plain's", 1.25, ratio(samples, sessionKit.name, plain.name, 'last'))],
      notes: [
        `${size} sockets to one new room at once. plain and partyserver are ready when a socket is open, the others when they have said so: session-kit with welcome and sync, plain-sqlite with a welcome, agents with its identity.`,
      ],
    }
  },
}
