/**
 * What the reader has opened or closed (`<details>`, of any renderer) in rows that leave the
 * document, to be so again when they come back.
 */

export interface Disclosures {
  /** It may leave now. */
  note(key: string, row: Element): void
  /** It has come. */
  restore(key: string, row: Element): void
}

export function createDisclosures(): Disclosures {
  const states = new Map<string, boolean[]>()
  return {
    note(key, row) {
      const open = detailsIn(row).map(({ open }) => open)
      if (open.length > 0) states.set(key, open)
    },
    restore(key, row) {
      for (const [at, details] of detailsIn(row).entries()) {
        const open = states.get(key)?.[at]
        if (open !== undefined) details.open = open
      }
    },
  }
}

const detailsIn = (row: Element) => [...row.querySelectorAll('details')]
