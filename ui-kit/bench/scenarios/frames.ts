/** From a text of the server to a row on show: how many a second? */

import { atMost, type Scenario, show } from '../../../demo/bench/Scenario.ts'
import { interleave, ratio, typical } from '../../../demo/bench/statistics.ts'
import { arrayByHand, centrifugeFeed, FEEDS, session } from '../feed/feeds.ts'
import { runFeed } from '../feed/runFeed.ts'

const STORED = 100
const KINDS = ['deltas', 'messages'] as const

export const frames: Scenario = {
  name: 'frames',
  title: 'Frames applied per second: parsed, folded, shown',
  async run({ rounds, isQuick }) {
    const feeds = isQuick ? [arrayByHand, centrifugeFeed, session] : FEEDS
    const forMs = isQuick ? 20 : 1_000
    const [deltas, messages] = [
      await interleave(rounds, feeds, ({ name }) =>
        runFeed({ feed: name, kind: 'deltas', stored: STORED, forMs }),
      ),
      await interleave(rounds, feeds, ({ name }) =>
        runFeed({ feed: name, kind: 'messages', stored: STORED, forMs }),
      ),
    ]
    const cells = (samples: typeof deltas, name: string) => [
      show(typical(samples, name, 'perSecond')),
      show(typical(samples, name, 'cpuUs')),
      show(ratio(samples, name, centrifugeFeed.name, 'cpuUs')),
    ]
    return {
      columns: [
        'feed',
        ...KINDS.flatMap((kind) => [`${kind}/s`, 'CPU µs each', '× centrifuge CPU']),
      ],
      rows: feeds.map(({ name }) => [name, ...cells(deltas, name), ...cells(messages, name)]),
      goals: [
        atMost(
          "CPU a delta of centrifuge's",
          1,
          ratio(deltas, session.name, centrifugeFeed.name, 'cpuUs'),
        ),
        atMost(
          "CPU a message of centrifuge's",
          1,
          ratio(messages, session.name, centrifugeFeed.name, 'cpuUs'),
        ),
      ],
      notes: [
        `No network: a socket of the benchmark hands the texts over, 16 at a time, as in an animation frame at 1,000 a second. Each process applies up to 20,000 deltas of one answer, or 2,000 messages, on a log of ${STORED}; one reader looks at the last row whenever told. At the end the list is exactly what was said.`,
      ],
    }
  },
}
