/** What one token renders. */

import { atMost, type Scenario, show } from '../../../../demo/bench/Scenario.ts'
import { interleave, typical } from '../../../../demo/bench/statistics.ts'
import { bases, listsOf, onceUnfinished, type UiBench } from '../Lists.ts'
import { openPage } from '../openPage.ts'

const MESSAGES = 1_000
const PER_SECOND = 20
const LIMIT_MS = 30_000

export const renders: Scenario<UiBench> = {
  name: 'renders',
  title: 'What a token renders, with 1,000 messages',
  async run(bench) {
    const lists = listsOf(bench, [MESSAGES])
    const count = bench.isQuick ? 10 : 60
    // It is counted, not timed: once is enough.
    const samples = await interleave(
      1,
      lists,
      onceUnfinished(({ subject, messages }) =>
        openPage(bench.pages, subject, LIMIT_MS, async ({ page }) => {
          await page.evaluate((size) => {
            window.bench.prepare(size, 0)
            return window.bench.show()
          }, messages)
          await page.waitForTimeout(500)
          const pace = { perSecond: PER_SECOND, tokens: count, perAnswer: count }
          const { rows, components, commits } = await page.evaluate((how) => {
            window.bench.countRows()
            return window.bench.stream(how)
          }, pace)
          return {
            rows: rows / count,
            components: components / count,
            commits: commits / count,
          }
        }),
      ),
    )
    const { own } = bases(MESSAGES)
    return {
      columns: ['list · messages', 'rows per token', 'components per token', 'commits per token'],
      rows: lists.map(({ name }) => [
        name,
        ...['rows', 'components', 'commits'].map((what) => show(typical(samples, name, what))),
      ]),
      goals: [atMost(`rows per token: ${own}`, 1, typical(samples, own, 'rows'))],
      notes: [
        `${count} tokens, ${PER_SECOND} a second, so that each can have a commit of its own. Counted in React’s own tree after each commit.`,
      ],
    }
  },
}
