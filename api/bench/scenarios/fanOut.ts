/** The session as it is used: everything stored, numbered and acknowledged, 16 messages under way. */

import { atLeast, atMost } from '../../../demo/bench/Scenario.ts'
import { ratio } from '../../../demo/bench/statistics.ts'
import type { ServerScenario } from '../ServerBench.ts'
import { agents, partyserver, plain, plainSqlite, sessionKit } from '../targets.ts'
import { compareFloods, floodTable } from './compareFloods.ts'

export const fanOut: ServerScenario = {
  name: 'fan-out',
  title: 'Durable fan-out, 16 in flight',
  async run(bench) {
    const targets = bench.isQuick
      ? [plain, sessionKit]
      : [plain, plainSqlite, partyserver, agents, sessionKit]
    const sizes = bench.isQuick ? [10] : [10, 100, 500, 1_000]
    const rooms = [1, 10].flatMap((senders) =>
      sizes.map((subscribers) => ({ subscribers, senders, inFlight: 16 })),
    )
    const compared = await compareFloods(bench, targets, rooms)
    return {
      ...floodTable(compared, plain.name),
      goals: compared.flatMap(({ room: { subscribers, senders }, samples }) => {
        const of = `of plain's with ${senders} of ${subscribers} sending`
        const compare = (figure: string) => ratio(samples, sessionKit.name, plain.name, figure)
        const isSmall = subscribers < 100
        return [
          atLeast(`deliveries a second ${of}`, isSmall ? 1.5 : 3, compare('perSecond')),
          atMost(`CPU a delivery ${of}`, isSmall ? 0.6 : 0.3, compare('cpu')),
        ]
      }),
      notes: [
        'Texts of 200 bytes, 16 under way together; a text is under way until all have it. Only session-kit and plain-sqlite store what they send.',
      ],
    }
  },
}
