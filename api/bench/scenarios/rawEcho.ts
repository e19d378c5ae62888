/** A session without a word of its protocol, against servers that store nothing either. */

import { atLeast, atMost } from '../../../demo/bench/Scenario.ts'
import { ratio } from '../../../demo/bench/statistics.ts'
import type { ServerScenario } from '../ServerBench.ts'
import { agents, partyserver, plain, sessionKitRaw } from '../targets.ts'
import { compareFloods, floodTable } from './compareFloods.ts'

export const rawEcho: ServerScenario = {
  name: 'raw-echo',
  title: 'Raw echo, nothing stored',
  async run(bench) {
    const targets = bench.isQuick
      ? [plain, sessionKitRaw]
      : [plain, partyserver, agents, sessionKitRaw]
    const sizes = bench.isQuick ? [10] : [10, 100, 500, 1_000]
    const rooms = sizes.map((subscribers) => ({ subscribers, senders: 1, inFlight: 16 }))
    const compared = await compareFloods(bench, targets, rooms)
    return {
      ...floodTable(compared, plain.name),
      goals: compared.flatMap(({ room, samples }) => {
        const of = `of plain's with ${room.subscribers}`
        const compare = (figure: string) => ratio(samples, sessionKitRaw.name, plain.name, figure)
        return [
          atLeast(`deliveries a second ${of}`, 0.9, compare('perSecond')),
          atMost(`CPU a delivery ${of}`, 1.15, compare('cpu')),
        ]
      }),
      notes: [
        'Texts of 200 bytes, 16 under way, one sender; a text is under way until all have it.',
      ],
    }
  },
}
