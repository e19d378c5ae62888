/** 60 tokens a second at the end of a list: what a token costs, and what the frames are like. */

import { atMost, type Goal, type Scenario, show } from '../../../../demo/bench/Scenario.ts'
import {
  interleave,
  quantile,
  ratio,
  type Sample,
  type Samples,
  typical,
} from '../../../../demo/bench/statistics.ts'
import { bases, listsOf, onceUnfinished, sizesOf, type UiBench } from '../Lists.ts'
import { type Cell, openPage } from '../openPage.ts'

const PER_SECOND = 60
const SIZES = [100, 1_000, 10_000, 50_000]
/** to show the list, and after the last token */
const LIMIT_MS = 30_000

/** Of memo-rows, main thread per token. */
const RATIOS: [messages: number, most: number][] = [
  [100, 1.15],
  [1_000, 0.55],
  [10_000, 0.2],
]

export const tokens: Scenario<UiBench> = streaming(
  'tokens',
  '60 tokens a second, CPU as it is',
  1,
  (samples, sizes) => {
    const longest = bases(Math.min(10_000, sizes.at(-1) ?? 0)).own
    return [
      ...RATIOS.filter(([messages]) => sizes.includes(messages)).map(([messages, most]) => {
        const { own, byHand } = bases(messages)
        const times = ratio(samples, own, byHand, 'all')
        return atMost(`main thread per token of memo-rows’, ${messages} messages`, most, times)
      }),
      ...RATIOS.filter(([messages]) => sizes.includes(messages)).map(([messages, most]) => {
        const { own, byHandEach } = bases(messages)
        const times = ratio(samples, own, byHandEach, 'all')
        return atMost(
          `the same of memo-rows’ with a commit each, ${messages} messages`,
          most,
          times,
        )
      }),
      atMost(`commits in one frame: ${longest}`, 1, typical(samples, longest, 'commitsInFrame')),
    ]
  },
)

export const tokensSlow: Scenario<UiBench> = streaming(
  'tokens-slow',
  '60 tokens a second, CPU four times slower',
  4,
  (samples, sizes) => {
    const name = bases(Math.min(10_000, sizes.at(-1) ?? 0)).own
    return [
      atMost(`p95 frame, ms: ${name}`, 33, typical(samples, name, 'p95')),
      atMost(`long tasks: ${name}`, 0, typical(samples, name, 'longTasks')),
    ]
  },
)

function streaming(
  name: string,
  title: string,
  times: number,
  judge: (samples: Samples, sizes: readonly number[]) => Goal[],
): Scenario<UiBench> {
  return {
    name,
    title,
    async run(bench) {
      const sizes = sizesOf(bench, SIZES)
      const lists = listsOf(bench, sizes)
      const count = bench.isQuick ? 30 : 300
      const limitMs = LIMIT_MS + (count / PER_SECOND) * 1_000
      const samples = await interleave(
        bench.rounds,
        lists,
        onceUnfinished(({ subject, messages }) =>
          openPage(bench.pages, subject, limitMs, (cell) => measure(cell, messages, times, count)),
        ),
      )
      const of = (list: string, figure: string) => show(typical(samples, list, figure))
      return {
        columns: [
          'list · messages',
          'main thread, ms per token',
          '× memo-rows',
          'script / style / layout',
          'frame p50 / p95 / max, ms',
          'long tasks (ms)',
          'commits per token (most in a frame)',
          'last token late, ms',
          'gap to the end, worst / final, px',
        ],
        rows: lists.map(({ name: list, messages }) => [
          list,
          of(list, 'all'),
          show(ratio(samples, list, bases(messages).byHand, 'all')),
          `${of(list, 'script')} / ${of(list, 'style')} / ${of(list, 'layout')}`,
          `${of(list, 'p50')} / ${of(list, 'p95')} / ${of(list, 'max')}`,
          `${of(list, 'longTasks')} (${of(list, 'longMs')})`,
          `${of(list, 'commits')} (${of(list, 'commitsInFrame')})`,
          of(list, 'lateMs'),
          `${of(list, 'worstGap')} / ${of(list, 'finalGap')}`,
        ]),
        goals: judge(samples, sizes),
        notes: [
          `${count} tokens from a worker’s clock, each a task of its own. The main thread’s time is the thread’s own, whatever else the machine does; frames, long tasks and lateness are not so lucky. – means: not within ${limitMs / 1_000} s.`,
        ],
      }
    },
  }
}

async function measure(
  { page, slow, work }: Cell,
  messages: number,
  times: number,
  count: number,
): Promise<Sample> {
  await page.evaluate((size) => {
    window.bench.prepare(size, 0)
    return window.bench.show()
  }, messages)
  await page.waitForTimeout(500)
  await slow(times)
  const before = await work()
  const pace = { perSecond: PER_SECOND, tokens: count, perAnswer: count }
  const { ms, commits, ...rest } = await page.evaluate((how) => window.bench.stream(how), pace)
  const after = await work()
  const each = (figure: keyof typeof after) => (after[figure] - before[figure]) / count
  return {
    ...rest,
    all: each('all'),
    script: each('script'),
    style: each('style'),
    layout: each('layout'),
    p50: quantile(ms, 0.5),
    p95: quantile(ms, 0.95),
    max: Math.max(...ms),
    commits: commits / count,
  }
}
