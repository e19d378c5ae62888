/** Floods of the same kind on several servers, room by room: the table that three scenarios share. */

import { type Report, show } from '../../../demo/bench/Scenario.ts'
import { interleave, ratio, type Samples, typical } from '../../../demo/bench/statistics.ts'
import { flood } from '../flood.ts'
import { fill } from '../Line.ts'
import type { ServerBench } from '../ServerBench.ts'
import type { Target } from '../targets.ts'
import { untilQuiet } from '../untilQuiet.ts'

export interface Room {
  subscribers: number
  senders: number
  inFlight: number
}

/** The figures of one room, by server. */
export type Compared = { room: Room; samples: Samples }[]

export async function compareFloods(
  bench: ServerBench,
  targets: readonly Target[],
  rooms: readonly Room[],
): Promise<Compared> {
  const servers = new Map(
    await Promise.all(targets.map(async (one) => [one.name, await bench.serve(one)] as const)),
  )
  const compared: Compared = []
  for (const room of rooms) {
    const samples = await interleave(bench.rounds, targets, async (target) => {
      const server = servers.get(target.name)
      if (!server) throw new Error(`bench: ${target.name} was not started`)
      const lines = await fill(target, server.url, bench.room(), room.subscribers)
      const run = (forMs: number) => flood({ target, lines, pid: server.pid, forMs, ...room })
      await run(bench.isQuick ? 50 : 300)
      const sample = await run(bench.isQuick ? 200 : 1_200)
      for (const line of lines) line.close()
      await untilQuiet(server.pid)
      return sample
    })
    compared.push({ room, samples })
  }
  return compared
}

const COLUMNS = [
  'server',
  'subscribers',
  'senders',
  'deliveries/s',
  '× plain',
  'CPU ms per 1,000',
  '× plain CPU',
  'p50 ms',
  'p99 ms',
]

export function floodTable(compared: Compared, base: string): Pick<Report, 'columns' | 'rows'> {
  const rows = compared.flatMap(({ room, samples }) =>
    [...samples.keys()].map((name) => [
      name,
      String(room.subscribers),
      String(room.senders),
      show(typical(samples, name, 'perSecond')),
      show(ratio(samples, name, base, 'perSecond')),
      show(typical(samples, name, 'cpu')),
      show(ratio(samples, name, base, 'cpu')),
      show(typical(samples, name, 'p50')),
      show(typical(samples, name, 'p99')),
    ]),
  )
  return { columns: COLUMNS, rows }
}
