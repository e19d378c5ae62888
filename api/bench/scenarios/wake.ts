/** The first message to a session that hibernates: what its user waits for. */

import { setTimeout } from 'node:timers/promises'
import { atMost, show } from '../../../demo/bench/Scenario.ts'
import { interleave, median, ratio, typical } from '../../../demo/bench/statistics.ts'
import { join, type Line } from '../Line.ts'
import { roundTrip } from '../roundTrip.ts'
import type { ServerScenario } from '../ServerBench.ts'
import { agents, partyserver, plain, plainSqlite, sessionKit } from '../targets.ts'

/** The runtime hibernates after 10 s. */
const IDLE_MS = 13_000

export const wake: ServerScenario = {
  name: 'wake',
  title: 'Wake after hibernation',
  async run(bench) {
    const targets = bench.isQuick
      ? [plainSqlite, sessionKit]
      : [plain, plainSqlite, partyserver, agents, sessionKit]
    const sessions = bench.isQuick ? 2 : 20
    const places = await Promise.all(
      targets.map(async (target) => {
        const server = await bench.serve(target)
        const lines: Line[] = []
        for (let n = 0; n < sessions; n++)
          lines.push(await join(target, server.url, bench.room(), n))
        return { name: target.name, target, server, lines }
      }),
    )
    for (const { target, lines } of places) for (const line of lines) await roundTrip(target, line)
    let slept = -1
    const samples = await interleave(bench.rounds, places, async (place, round) => {
      const { target, server, lines, name } = place
      // All sleep at the same time, once a round.
      if (round > slept) await setTimeout(IDLE_MS)
      slept = round
      const boots = countBoots(server.log())
      const cold: number[] = []
      for (const line of lines) cold.push(await roundTrip(target, line))
      const warm: number[] = []
      for (const line of lines) warm.push(await roundTrip(target, line))
      const woken = countBoots(server.log()) - boots
      if (woken !== lines.length)
        throw new Error(`${name}: ${woken} of ${lines.length} sessions had slept`)
      return { cold: median(cold), warm: median(warm) }
    })
    const cold = (base: string) => ratio(samples, sessionKit.name, base, 'cold')
    return {
      columns: ['server', 'cold p50 ms', '× plain-sqlite', 'warm p50 ms'],
      rows: targets.map(({ name }) => [
        name,
        show(typical(samples, name, 'cold')),
        show(ratio(samples, name, plainSqlite.name, 'cold')),
        show(typical(samples, name, 'warm')),
      ]),
      goals: [
        atMost("time of plain-sqlite's", 1.2, cold(plainSqlite.name)),
        ...(bench.isQuick ? [] : [atMost("time of agents'", 1, cold(agents.name))]),
      ],
      notes: [
        `${sessions} sessions a server, ${IDLE_MS / 1_000} s without a word, then one message each, from sending to its coming back. Each was constructed anew, or the run fails.`,
      ],
    }
  },
}

const countBoots = (log: readonly string[]): number =>
  log.filter((line) => line.includes('"event":"session.wake"')).length
