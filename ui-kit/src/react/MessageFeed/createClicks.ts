/**
 * The reader's clicks on `<details>`, of any renderer, and how the application had drawn it
 * before. Noted from the first row on, since a window of rows may come later.
 */

export interface Click {
  drawn: boolean
  /** by which it became the reader's, unless the application took it for itself */
  event: Event
}

export type Clicks = WeakMap<Element, Click>

export const createClicks = (): Clicks => new WeakMap()

/** Before anybody has heard of it. */
export function noteClick(clicks: Clicks, event: Event): void {
  const details = (event.target as Element).closest('summary')?.parentElement
  if (details instanceof HTMLDetailsElement && !clicks.has(details))
    clicks.set(details, { drawn: details.open, event })
}
