/**
 * One measurement: a browser of its own with one page in it. What doesn't end within its time, or
 * takes its page down, did not finish, and that is a result.
 */

import { type CDPSession, chromium, type Page } from 'playwright'
import type { Sample } from '../../../demo/bench/statistics.ts'
import { chromiumLaunchOptions } from '../../scripts/chromium.ts'
import type { Pages } from './servePages.ts'
import type { PageSubject } from './subjects.ts'

export interface Cell {
  page: Page
  /** so many times slower from now on */
  slow(times: number): Promise<void>
  work(): Promise<Work>
  /** of V8, in use after a collection, bytes */
  heap(): Promise<number>
}

/** What the main thread has done so far, ms of its own time. */
export interface Work {
  all: number
  script: number
  style: number
  layout: number
}

/** What is said of a subject that didn't finish. */
export const NOT_FINISHED: Sample = {}

/** @throws Error of the page */
export async function openPage(
  pages: Pages,
  subject: PageSubject,
  limitMs: number,
  measure: (cell: Cell) => Promise<Sample>,
): Promise<Sample> {
  const browser = await chromium.launch(await chromiumLaunchOptions())
  let timer: NodeJS.Timeout | undefined
  try {
    const page = await browser.newPage({ viewport: { width: 1_000, height: 800 } })
    const failed = new Promise<Sample>((resolve, reject) => {
      timer = setTimeout(() => resolve(NOT_FINISHED), limitMs)
      page.on('crash', () => resolve(NOT_FINISHED))
      page.on('pageerror', (error) => reject(new Error(`bench: ${subject.name}: ${error.stack}`)))
    })
    await page.goto(pages.urlOf(subject))
    const measured = measure(await createCell(page))
    // Whoever loses the race fails when the browser closes.
    measured.catch(() => {})
    return await Promise.race([measured, failed])
  } finally {
    clearTimeout(timer)
    await browser.close()
  }
}

async function createCell(page: Page): Promise<Cell> {
  const cdp = await page.context().newCDPSession(page)
  // The thread's own time: what else the machine does is not in it.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
  return {
    page,
    slow: async (times) => {
      await cdp.send('Emulation.setCPUThrottlingRate', { rate: times })
    },
    work: () => workOf(cdp),
    async heap() {
      // What the first one finalises, the second one frees.
      for (let time = 0; time < 2; time++) await cdp.send('HeapProfiler.collectGarbage')
      return (await cdp.send('Runtime.getHeapUsage')).usedSize
    },
  }
}

async function workOf(cdp: CDPSession): Promise<Work> {
  const { metrics } = await cdp.send('Performance.getMetrics')
  const ms = (name: string) =>
    (metrics.find((metric) => metric.name === name)?.value ?? Number.NaN) * 1_000
  return {
    all: ms('TaskDuration'),
    script: ms('ScriptDuration'),
    style: ms('RecalcStyleDuration'),
    layout: ms('LayoutDuration'),
  }
}
