/** How long a list takes until its last message can be read, and what it occupies. */

import { show as figure, type Scenario } from '../../../../demo/bench/Scenario.ts'
import { interleave, ratio, typical } from '../../../../demo/bench/statistics.ts'
import { bases, listsOf, onceUnfinished, sizesOf, type UiBench } from '../Lists.ts'
import { openPage } from '../openPage.ts'

const LIMIT_MS = 30_000

export const show: Scenario<UiBench> = {
  name: 'show',
  title: 'Time to show',
  async run(bench) {
    const lists = listsOf(bench, sizesOf(bench, [100, 1_000, 10_000, 50_000]))
    const samples = await interleave(
      bench.rounds,
      lists,
      onceUnfinished(({ subject, messages }) =>
        openPage(bench.pages, subject, LIMIT_MS, async ({ page, heap, work }) => {
          await page.evaluate((count) => window.bench.prepare(count, 0), messages)
          const heapBefore = await heap()
          const before = await work()
          const ms = await page.evaluate(() => window.bench.show())
          const { all } = await work()
          // A window that is loaded afterwards is there by then.
          await page.waitForTimeout(500)
          const elements = await page.evaluate(() => document.querySelectorAll('#root *').length)
          return {
            ms,
            threadMs: all - before.all,
            elements,
            heapMb: ((await heap()) - heapBefore) / 1e6,
          }
        }),
      ),
    )
    return {
      columns: [
        'list · messages',
        'last message painted, ms',
        '× memo-rows',
        'main thread until then, ms',
        'elements',
        'heap, MB',
      ],
      rows: lists.map(({ name, messages }) => [
        name,
        figure(typical(samples, name, 'ms')),
        figure(ratio(samples, name, bases(messages).byHand, 'ms')),
        figure(typical(samples, name, 'threadMs')),
        figure(typical(samples, name, 'elements')),
        figure(typical(samples, name, 'heapMb')),
      ]),
      goals: [],
      notes: [
        `The messages are in memory; from then until the last one is painted. Elements and heap half a second later; heap is V8’s own, beyond the messages, after a collection. – means: not within ${LIMIT_MS / 1_000} s.`,
      ],
    }
  },
}
