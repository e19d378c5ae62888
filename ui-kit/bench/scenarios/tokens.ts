/** What one token costs, however much was said before. */

import { atMost, type Scenario, show } from '../../../demo/bench/Scenario.ts'
import { interleave, ratio, type Sample, typical } from '../../../demo/bench/statistics.ts'
import { arrayByHand, FEEDS, session, sessionCommittingEach } from '../feed/feeds.ts'
import { runFeed } from '../feed/runFeed.ts'

export const tokens: Scenario = {
  name: 'tokens',
  title: 'Cost of a token, with a long log',
  async run({ rounds, isQuick }) {
    const feeds = isQuick ? [arrayByHand, session] : FEEDS
    const sizes = isQuick ? [100, 1_000] : [100, 1_000, 10_000]
    const longest = sizes.at(-1) ?? 0
    const samples = await interleave(rounds, feeds, async ({ name }) => {
      const sample: Sample = {}
      for (const stored of sizes) {
        const forMs = isQuick ? 20 : 1_000
        const { cpuUs = Number.NaN } = await runFeed({ feed: name, kind: 'deltas', stored, forMs })
        sample[stored] = cpuUs
      }
      sample.growth = (sample[longest] ?? Number.NaN) / (sample[100] ?? Number.NaN)
      return sample
    })
    const growth = (name: string) => typical(samples, name, 'growth')
    const said = longest.toLocaleString('en')
    return {
      columns: [
        'feed',
        ...sizes.map((size) => `CPU µs, ${size.toLocaleString('en')} stored`),
        `${said} ÷ 100`,
        `× by hand with ${said}`,
      ],
      rows: feeds.map(({ name }) => [
        name,
        ...sizes.map((size) => show(typical(samples, name, `${size}`))),
        show(growth(name)),
        show(ratio(samples, name, arrayByHand.name, `${longest}`)),
      ]),
      goals: [
        atMost(`CPU with ${said} stored of its own with 100`, 1.25, growth(session.name)),
        ...(isQuick
          ? []
          : [
              atMost(
                `the same with a commit for each token`,
                1.25,
                growth(sessionCommittingEach.name),
              ),
            ]),
        atMost(
          `CPU of an array copied by hand, with ${said} stored`,
          0.1,
          ratio(samples, session.name, arrayByHand.name, `${longest}`),
        ),
      ],
      notes: [
        'As above, deltas alone: the answer that grows is the last of the log. What was stored is read.',
      ],
    }
  },
}
