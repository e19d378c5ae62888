/** 200 older messages come in front of what is read. */

import { atMost, type Scenario, show } from '../../../../demo/bench/Scenario.ts'
import { interleave, type Sample, typical } from '../../../../demo/bench/statistics.ts'
import { listsOf, nameOf, onceUnfinished, sizesOf, type UiBench } from '../Lists.ts'
import { NOT_FINISHED, openPage } from '../openPage.ts'
import type { Place } from '../page/measureShift.ts'
import { kit } from '../subjects.ts'

const OLDER = 200
const LIMIT_MS = 60_000
const PLACES: readonly Place[] = ['middle', 'top']

export const prepend: Scenario<UiBench> = {
  name: 'prepend',
  title: '200 older messages come in front',
  async run(bench) {
    const sizes = sizesOf(bench, [100, 1_000, 10_000])
    const lists = listsOf(bench, sizes)
    const samples = await interleave(
      Math.min(bench.rounds, 3),
      lists,
      onceUnfinished(async ({ subject, messages }) => {
        const shifts: Sample[] = []
        for (const place of PLACES)
          shifts.push(
            await openPage(bench.pages, subject, LIMIT_MS, async ({ page }) => {
              const given = { messages, older: OLDER, place }
              await page.evaluate(({ messages, older }) => {
                window.bench.prepare(messages, older)
                return window.bench.show()
              }, given)
              await page.waitForTimeout(500)
              const { finalPx, worstPx } = await page.evaluate(
                ({ place }) => window.bench.prepend(place),
                given,
              )
              return { [place]: finalPx, [`${place} worst`]: worstPx }
            }),
          )
        return shifts.includes(NOT_FINISHED) ? NOT_FINISHED : Object.assign({}, ...shifts)
      }),
    )
    const of = (name: string, figure: string) => show(typical(samples, name, figure))
    return {
      columns: [
        'list · messages',
        'in the middle: shift, px (worst frame)',
        'at the very top: shift, px (worst frame)',
      ],
      rows: lists.map(({ name }) => [
        name,
        ...PLACES.map((place) => `${of(name, place)} (${of(name, `${place} worst`)})`),
      ]),
      goals: PLACES.map((place) =>
        atMost(
          `px of shift in the worst frame, ${place} of the list, any length`,
          1,
          Math.max(...sizes.map((size) => typical(samples, nameOf(kit, size), `${place} worst`))),
        ),
      ),
      notes: [
        'Where the words that stood first in view are, in each frame for two seconds. A session fetches its pages, of a hundred at most, from its server; the others are given all at once.',
      ],
    }
  },
}
