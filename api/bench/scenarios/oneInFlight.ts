/** A quiet room: the next message is sent when everybody has the last, so there is nothing to join. */

import { atLeast, atMost } from '../../../demo/bench/Scenario.ts'
import { ratio } from '../../../demo/bench/statistics.ts'
import type { ServerScenario } from '../ServerBench.ts'
import { plain, plainSqlite, sessionKit } from '../targets.ts'
import { compareFloods, floodTable } from './compareFloods.ts'

export const oneInFlight: ServerScenario = {
  name: 'one-in-flight',
  title: 'One message in flight',
  async run(bench) {
    const targets = [plain, plainSqlite, sessionKit]
    const sizes = bench.isQuick ? [10] : [10, 100]
    const rooms = sizes.map((subscribers) => ({ subscribers, senders: 1, inFlight: 1 }))
    const compared = await compareFloods(bench, targets, rooms)
    return {
      ...floodTable(compared, plain.name),
      goals: compared.flatMap(({ room, samples }) => {
        const of = `of plain-sqlite's with ${room.subscribers}`
        const compare = (figure: string) =>
          ratio(samples, sessionKit.name, plainSqlite.name, figure)
        return [
          atLeast(`deliveries a second ${of}`, 0.9, compare('perSecond')),
          atMost(`p50 latency ${of}`, 1.25, compare('p50')),
        ]
      }),
      notes: ['The latency is from sending to each delivery.'],
    }
  },
}
