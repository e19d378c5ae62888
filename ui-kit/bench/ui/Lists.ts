/** Several subjects at several lengths: what is measured, and how it is named in a table. */

import type { Sample } from '../../../demo/bench/statistics.ts'
import { NOT_FINISHED } from './openPage.ts'
import type { Pages } from './servePages.ts'
import { kit, memoRows, memoRowsEach, type PageSubject } from './subjects.ts'

export interface UiBench {
  rounds: number
  isQuick: boolean
  subjects: readonly PageSubject[]
  pages: Pages
}

export interface List {
  /** `subject, messages` */
  name: string
  subject: PageSubject
  messages: number
}

export const nameOf = ({ name }: PageSubject, messages: number) =>
  `${name} · ${messages.toLocaleString('en')}`

export const listsOf = ({ subjects }: UiBench, sizes: readonly number[]): List[] =>
  sizes.flatMap((messages) =>
    subjects.map((subject) => ({ name: nameOf(subject, messages), subject, messages })),
  )

/** Both of a quick run: below the kit's threshold and above. */
export const sizesOf = ({ isQuick }: UiBench, sizes: readonly number[]) =>
  isQuick ? sizes.slice(0, 2) : sizes

export const bases = (messages: number) => ({
  own: nameOf(kit, messages),
  byHand: nameOf(memoRows, messages),
  byHandEach: nameOf(memoRowsEach, messages),
})

/** Who didn't finish once isn't asked again, nor for more: it would take its whole time. */
export function onceUnfinished(measure: (list: List) => Promise<Sample>) {
  const unfinished = new Map<PageSubject, number>()
  return async (list: List): Promise<Sample> => {
    const { subject, messages } = list
    if (messages >= (unfinished.get(subject) ?? Number.POSITIVE_INFINITY)) return NOT_FINISHED
    const sample = await measure(list)
    if (sample === NOT_FINISHED) unfinished.set(subject, messages)
    return sample
  }
}
