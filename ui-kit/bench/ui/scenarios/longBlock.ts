/** An answer whose one block has 20,000 characters of Markdown grows: what a token costs then. */

import { type Scenario, show } from '../../../../demo/bench/Scenario.ts'
import { interleave, quantile, type Sample, typical } from '../../../../demo/bench/statistics.ts'
import type { UiBench } from '../Lists.ts'
import { type Cell, openPage } from '../openPage.ts'
import { kitMarkdown } from '../subjects.ts'

const LENGTH = 20_000
const PER_SECOND = 60
const LIMIT_MS = 30_000

/** What stands there before the first token, and what each kind is made of. */
const BLOCKS = [
  { name: 'paragraph', head: '', line: 'Some **bold** words and `code`, _it_ goes on. ' },
  { name: 'table', head: '| a | b |\n|---|---|\n', line: '| **one** | two `words` |\n' },
  { name: 'list', head: '', line: '- **one** and two `words`\n' },
]

export const longBlock: Scenario<UiBench> = {
  name: 'long-block',
  title: `60 tokens a second at the end of one block of ${LENGTH.toLocaleString('en')} characters`,
  async run(bench) {
    const count = bench.isQuick ? 30 : 300
    const limitMs = LIMIT_MS + (count / PER_SECOND) * 1_000
    const samples = await interleave(bench.rounds, BLOCKS, ({ head, line }) =>
      openPage(bench.pages, kitMarkdown, limitMs, (cell) =>
        measure(cell, head + line.repeat(LENGTH / line.length), line.slice(0, 6), count),
      ),
    )
    const of = (block: string, figure: string) => show(typical(samples, block, figure))
    return {
      columns: [
        'block',
        'main thread, ms per token',
        'script',
        'frame p50 / p95, ms',
        'long tasks',
      ],
      rows: BLOCKS.map(({ name }) => [
        name,
        of(name, 'all'),
        of(name, 'script'),
        `${of(name, 'p50')} / ${of(name, 'p95')}`,
        of(name, 'longTasks'),
      ]),
      goals: [],
      notes: [
        `${count} tokens, in ${kitMarkdown.name}. What is lexed again is the whole block; what is drawn again, its last row or item.`,
      ],
    }
  },
}

async function measure(
  { page, work }: Cell,
  text: string,
  opening: string,
  count: number,
): Promise<Sample> {
  await page.evaluate(() => {
    window.bench.prepare(20, 0)
    return window.bench.show()
  })
  const before = await work()
  const pace = { perSecond: PER_SECOND, tokens: count, perAnswer: count, head: text + opening }
  const { ms, ...rest } = await page.evaluate((how) => window.bench.stream(how), pace)
  const after = await work()
  return {
    ...rest,
    all: (after.all - before.all) / count,
    script: (after.script - before.script) / count,
    p50: quantile(ms, 0.5),
    p95: quantile(ms, 0.95),
  }
}
