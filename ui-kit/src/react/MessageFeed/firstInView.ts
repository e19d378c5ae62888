/**
 * What in a feed a reader looks at: the first block of its messages that begins in view.
 *
 * Rows are found by bisection, since they lie in order; in the one at the edge its blocks are
 * looked through, so what grows above the edge inside a long message is noticed. What only ends
 * in view may grow above the edge itself, and is taken where nothing else is to be seen. Nothing
 * is taken that moves by its own: what scrolls, sticks or floats, and the room that stands for
 * rows left out.
 */

export function firstInView(viewport: Element, list: Element): Element | undefined {
  const edges = viewport.getBoundingClientRect()
  const rows = list.children
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle] as Element).getBoundingClientRect().top >= edges.top) high = middle
    else low = middle + 1
  }
  const ends = rows[low - 1]
  const inside = ends && !isRoom(ends) ? lookInto(wordsOf(ends), edges) : undefined
  if (inside?.begins) return inside.block
  const begins = [rows[low], rows[low + 1]].find((row) => row && !isRoom(row))
  const isBeginInView = begins && begins.getBoundingClientRect().top < edges.bottom
  if (inside && !isBeginInView) return inside.block
  return begins && wordsOf(begins)
}

interface Block {
  block: Element
  /** else it reaches into view from above */
  begins: boolean
}

function lookInto(element: Element, edges: DOMRect): Block | undefined {
  const { top, bottom, height } = element.getBoundingClientRect()
  // Without a height it may still hold something, as `display: contents` does.
  if (height > 0 && (bottom <= edges.top || top >= edges.bottom)) return undefined
  const { position, overflowY } = getComputedStyle(element)
  if (position !== 'static' && position !== 'relative') return undefined
  if (height > 0 && top >= edges.top) return { block: element, begins: true }
  let block = height > 0 ? element : undefined
  if (overflowY !== 'auto' && overflowY !== 'scroll')
    for (const child of element.children) {
      const found = lookInto(child, edges)
      if (found?.begins) return found
      block = found?.block ?? block
    }
  return block && { block, begins: false }
}

/** Not the row itself: its day, its name and the unread line go when something comes in front. */
const wordsOf = (row: Element): Element => row.querySelector('[data-body]') ?? row

/** Stands for rows that are not in the document. */
export const isRoom = (row: Element): boolean => row.hasAttribute('data-room')
