/** Answers at 1,500 tokens a second: is the end in view, and what remains in the heap? */

import { atMost, type Scenario, show } from '../../../../demo/bench/Scenario.ts'
import { interleave, quantile, ratio, typical } from '../../../../demo/bench/statistics.ts'
import { bases, listsOf, onceUnfinished, type UiBench } from '../Lists.ts'
import { openPage } from '../openPage.ts'

const MESSAGES = 100
const PER_SECOND = 1_500
const PER_ANSWER = 100
/** px of a line: what grew in the frame that is being painted */
const LINE_PX = 24

export const rush: Scenario<UiBench> = {
  name: 'rush',
  title: '1,500 tokens a second',
  async run(bench) {
    const lists = listsOf(bench, [MESSAGES])
    const count = bench.isQuick ? 3_000 : 100_000
    const limitMs = 30_000 + (count / PER_SECOND) * 1_000
    const samples = await interleave(
      Math.min(bench.rounds, 2),
      lists,
      onceUnfinished(({ subject, messages }) =>
        openPage(bench.pages, subject, limitMs, async ({ page, heap, work }) => {
          await page.evaluate((size) => {
            window.bench.prepare(size, 0)
            return window.bench.show()
          }, messages)
          await page.waitForTimeout(500)
          const heapBefore = await heap()
          const before = await work()
          const pace = { perSecond: PER_SECOND, tokens: count, perAnswer: PER_ANSWER }
          const { ms, commits, ...rest } = await page.evaluate(
            (how) => window.bench.stream(how),
            pace,
          )
          const { all } = await work()
          return {
            ...rest,
            all: (all - before.all) / count,
            p95: quantile(ms, 0.95),
            commits: commits / count,
            heapMb: ((await heap()) - heapBefore) / 1e6,
          }
        }),
      ),
    )
    const { own, byHand } = bases(MESSAGES)
    const of = (name: string, figure: string) => show(typical(samples, name, figure))
    return {
      columns: [
        'list · messages before',
        'gap to the end, worst / final, px',
        'heap, MB more',
        '× memo-rows',
        'main thread, ms per token',
        'commits per token',
        'frame p95, ms',
        'last token late, ms',
      ],
      rows: lists.map(({ name }) => [
        name,
        `${of(name, 'worstGap')} / ${of(name, 'finalGap')}`,
        of(name, 'heapMb'),
        show(ratio(samples, name, byHand, 'heapMb')),
        of(name, 'all'),
        of(name, 'commits'),
        of(name, 'p95'),
        of(name, 'lateMs'),
      ]),
      goals: [
        atMost('px to the end in the worst sample', LINE_PX, typical(samples, own, 'worstGap')),
        atMost('px to the end afterwards', 1, typical(samples, own, 'finalGap')),
      ],
      notes: [
        `${count.toLocaleString('en')} tokens, ${PER_ANSWER} an answer, so a new message comes each ${Math.round((PER_ANSWER / PER_SECOND) * 1_000)} ms. The gap is read between layout and paint, ten times a second. Heap is V8’s own after a collection. – means: not within ${Math.round(limitMs / 1_000)} s.`,
      ],
    }
  },
}
