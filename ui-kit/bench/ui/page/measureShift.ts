/** By how much the words that somebody reads move when something comes in front of them. */

import { afterPaint } from './afterPaint.ts'

export type Place = 'middle' | 'top'

export interface Shift {
  /** px when all is still again */
  finalPx: number
  /** px in the worst frame */
  worstPx: number
  /** rows that came */
  frames: number
}

const SETTLE_MS = 600
const LOOK_MS = 2_000

export async function measureShift(
  place: Place,
  viewport: HTMLElement,
  rows: () => HTMLElement[],
  prepend: () => void,
): Promise<Shift> {
  const settle = () => new Promise((done) => setTimeout(done, SETTLE_MS))
  // Twice: what is measured on the way moves the middle.
  for (let time = 0; time < 2; time++) {
    viewport.scrollTop = place === 'top' ? 0 : viewport.scrollHeight / 2
    await settle()
  }
  const height = () => viewport.scrollHeight
  const edge = viewport.getBoundingClientRect()
  const read = rows().find((row) => {
    const top = topOf(wordsIn(row))
    return top !== undefined && top >= edge.top && top < edge.bottom
  })
  let words = wordsIn(read)
  if (!words) throw new Error('bench: no row is in view')
  const { data } = words
  const before = topOf(words) as number
  const heightBefore = height()
  prepend()
  const shift: Shift = { finalPx: 0, worstPx: 0, frames: 0 }
  const endMs = performance.now() + LOOK_MS
  while (performance.now() < endMs) {
    await afterPaint()
    if (!words?.isConnected)
      words = rows()
        .map(wordsIn)
        .find((node) => node?.data === data)
    // What isn't in the document any more is as far away as can be.
    shift.finalPx = Math.abs((topOf(words) ?? Number.POSITIVE_INFINITY) - before)
    shift.worstPx = Math.max(shift.worstPx, shift.finalPx)
    shift.frames += 1
  }
  if (height() <= heightBefore) throw new Error('bench: nothing came in front')
  return shift
}

/** The text of a message, without its name and time. */
function wordsIn(row: HTMLElement | undefined): Text | undefined {
  if (!row) return
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode as Text
    if (node.data.startsWith('said ')) return node
  }
  return
}

function topOf(words: Text | undefined): number | undefined {
  if (!words) return
  const range = document.createRange()
  range.selectNodeContents(words)
  return range.getBoundingClientRect().top
}
