/**
 * What the reader has opened or closed (`<details>`, of any renderer) in rows that leave the
 * document, to be so again when they come back. What the application opens and closes is its own.
 */

import type { Click, Clicks } from './createClicks.ts'

export interface Disclosures {
  /** It may leave now. */
  note(key: string, row: Element): void
  /** It has come. */
  restore(key: string, row: Element): void
}

export function createDisclosures(clicks: Clicks): Disclosures {
  const kept = new Map<string, ((Click & { open: boolean }) | undefined)[]>()

  return {
    note(key, row) {
      const states = detailsIn(row).map((details) => {
        const click = clicks.get(details)
        return click && !click.event.defaultPrevented ? { ...click, open: details.open } : undefined
      })
      if (states.some(Boolean)) kept.set(key, states)
      else kept.delete(key)
    },
    restore(key, row) {
      for (const [at, details] of detailsIn(row).entries()) {
        const state = kept.get(key)?.[at]
        // Drawn otherwise than before: the application has changed its mind.
        if (state?.drawn !== details.open) continue
        details.open = state.open
        clicks.set(details, state)
      }
    },
  }
}

const detailsIn = (row: Element) => [...row.querySelectorAll('details')]
