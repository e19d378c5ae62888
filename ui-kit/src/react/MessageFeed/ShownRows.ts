/** Which rows of a feed are in the document, and the room that stands for the others. */

import type { Virtualizer } from '@tanstack/virtual-core'
import { isRoom } from './firstInView.ts'

/** An index of `keys`, or room for the rows between. */
export type Piece = number | { id: string; px: number }

export interface ShownRows {
  keys: readonly string[]
  pieces: readonly Piece[]
}

export function piecesOf(
  virtualizer: Virtualizer<HTMLElement, HTMLElement>,
  keys: readonly string[],
) {
  const pieces: Piece[] = []
  let end = 0
  for (const { index, start, size } of virtualizer.getVirtualItems()) {
    // Named by the row below it, so that no room ever changes places with a row.
    if (start > end) pieces.push({ id: `above ${keys[index]}`, px: start - end })
    pieces.push(index)
    end = start + size
  }
  const rest = virtualizer.getTotalSize() - end
  if (rest > 0) pieces.push({ id: 'below', px: rest })
  return pieces
}

export function isCovered(mounted: readonly Piece[], needed: readonly Piece[]): boolean {
  const indexes = new Set(mounted)
  return needed.every((piece) => typeof piece === 'object' || indexes.has(piece))
}

export const indexesOf = ({ pieces }: ShownRows): number[] =>
  pieces.filter((piece) => typeof piece === 'number')

/**
 * Says in the document which of how many a row is. By hand, since it changes for all of them
 * with every message and none of them renders for it. With older ones on the server the number
 * of all is unknown.
 */
export function numberRows(list: HTMLElement, shown: ShownRows, hasOlder: boolean): void {
  const indexes = indexesOf(shown)
  for (const [at, row] of rowsOf(list).entries()) {
    row.setAttribute('aria-posinset', String((indexes[at] ?? 0) + 1))
    row.setAttribute('aria-setsize', String(hasOlder ? -1 : shown.keys.length))
  }
}

const rowsOf = (list: HTMLElement): Element[] =>
  [...list.children].filter((child) => !isRoom(child))

export function keyedRows(list: HTMLElement, shown: ShownRows): [string, Element][] {
  const indexes = indexesOf(shown)
  return rowsOf(list).map((row, at) => [shown.keys[indexes[at] ?? -1] ?? '', row])
}
