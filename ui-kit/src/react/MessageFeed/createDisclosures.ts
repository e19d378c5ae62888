/**
 * What the reader has opened or closed (`<details>`, of any renderer) in rows that leave the
 * document, to be so again when they come back. What the application opens and closes is its own.
 */

export interface Disclosures {
  /** It may leave now. */
  note(key: string, row: Element): void
  /** It has come. */
  restore(key: string, row: Element): void
  stop(): void
}

interface Click {
  /** as the application drew it */
  drawn: boolean
  /** by which it became the reader's, unless the application took it for itself */
  event: Event
}

export function createDisclosures(list: HTMLElement): Disclosures {
  const clicks = new WeakMap<Element, Click>()
  const kept = new Map<string, ((Click & { open: boolean }) | undefined)[]>()

  function onClick(event: Event): void {
    const details = (event.target as Element).closest('summary')?.parentElement
    if (details instanceof HTMLDetailsElement && !clicks.has(details))
      clicks.set(details, { drawn: details.open, event })
  }

  list.addEventListener('click', onClick, true)
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
    stop: () => list.removeEventListener('click', onClick, true),
  }
}

const detailsIn = (row: Element) => [...row.querySelectorAll('details')]
