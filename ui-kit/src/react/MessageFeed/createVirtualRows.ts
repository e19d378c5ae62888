/**
 * Which rows of a long feed are in the document: those in view and a few around, the one that
 * has the focus, and room in place of the others.
 *
 * The rows lie in the normal flow, so a row that grows moves the end by itself and nothing here
 * runs for a token. TanStack Virtual remembers sizes by key and anchors the window to what is
 * read when rows come in front; it is never let near `scrollTop`, which the scroll keeper
 * writes. Knows no React but for printing and focus, where the page can't wait for a render.
 * A module of its own, loaded by long feeds only.
 */

import { defaultRangeExtractor, type Range, Virtualizer } from '@tanstack/virtual-core'
import { flushSync } from 'react-dom'
import type { Session } from '../../session/Session.ts'
import type { Clicks } from './createClicks.ts'
import { createDisclosures } from './createDisclosures.ts'
import type { ScrollKeeper } from './createScrollKeeper.ts'
import { isRoom } from './firstInView.ts'
import {
  indexesOf,
  isCovered,
  keyedRows,
  numberRows,
  piecesOf,
  type ShownRows,
} from './ShownRows.ts'

export interface VirtualRows {
  readonly session: Session
  getShown(): ShownRows
  subscribe(listener: () => void): () => void
  /** These are in the document now. */
  committed(shown: ShownRows): void
  /** Puts a row into the document, at once, and keeps it there while it has the focus. */
  hold(key: string): void
  stop(): void
}

export interface VirtualRowsOptions {
  session: Session
  keeper: ScrollKeeper
  clicks: Clicks
  viewport: HTMLElement
  list: HTMLElement
  /** what is in the document before */
  shown: ShownRows
}

/** Rows beyond the edges of the viewport, on each side. */
const OVERSCAN = 6
/** Height of a row where none was measured yet, px. */
const SUPPOSED_PX = 96
/** More rows than these are not laid out for paper: the newest are. */
const PRINTED_ROWS = 2_000
/** Where the window of a followed feed stands: behind any end. */
const AT_END = 1e9

export function createVirtualRows(options: VirtualRowsOptions): VirtualRows {
  const { session, keeper, viewport, list } = options
  const listeners = new Set<() => void>()
  const disclosures = createDisclosures(options.clicks)
  let { keys } = session.store.getState()
  let inDocument = options.shown
  let shown = inDocument
  let heldKey: string | undefined
  let heldIndex = -1
  let isPrinting = false
  let isBegun = false
  let frame: number | undefined
  let tellOffset = (_offset: number, _isScrolling: boolean) => {}

  const supposed = meanSize(list) || SUPPOSED_PX
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>(virtualizerOptions())
  // Its own corrections would be a second hand on the wheel.
  virtualizer.shouldAdjustScrollPositionOnItemSizeChange = () => false

  function virtualizerOptions() {
    const current = keys
    return {
      count: current.length,
      getItemKey: (index: number) => current[index] as string,
      estimateSize: () => supposed,
      getScrollElement: () => viewport,
      observeElementRect: (_: unknown, tell: (rect: { width: number; height: number }) => void) => {
        const look = () => {
          if (!isHidden()) tell({ width: viewport.clientWidth, height: viewport.clientHeight })
        }
        look()
        return keeper.onPlace(look)
      },
      observeElementOffset: (_: unknown, tell: typeof tellOffset) => {
        tellOffset = tell
      },
      scrollToFn: () => {},
      // A new function each time, which is how it learns that another row is held.
      rangeExtractor: (range: Range) => rangeExtractor(range),
      onChange: (_: unknown) => refreshSoon(),
      overscan: OVERSCAN,
      anchorTo: 'end' as const,
      // Nothing is "at the end" for it: the keeper says who follows.
      scrollEndThreshold: -1,
    }
  }

  function rangeExtractor(range: Range): number[] {
    if (isPrinting) {
      const from = Math.max(0, range.count - PRINTED_ROWS)
      return Array.from({ length: range.count - from }, (_, index) => from + index)
    }
    const indexes = defaultRangeExtractor(range)
    if (heldIndex >= 0 && !indexes.includes(heldIndex)) indexes.push(heldIndex)
    return indexes.sort((a, b) => a - b)
  }

  /** Sizes are told in the middle of a layout, where a render would begin another one. */
  function refreshSoon(): void {
    frame ??= requestAnimationFrame(() => {
      frame = undefined
      refresh()
    })
  }

  /** Rows that are no longer needed go with the next that comes, so a growing row moves none. */
  function refresh(isExact = false): void {
    const pieces = piecesOf(virtualizer, keys)
    if (shown.keys === keys && !isExact && isCovered(shown.pieces, pieces)) return
    shown = { keys, pieces }
    for (const [key, row] of keyedRows(list, inDocument)) disclosures.note(key, row)
    for (const listener of [...listeners]) listener()
  }

  /** Takes the sizes of the rows in the document; from top to top, so margins count. */
  function measure(): void {
    if (inDocument.keys !== keys || isHidden()) return
    const indexes = indexesOf(inDocument)
    const tops = [...list.children].map((element) => element.getBoundingClientRect().top)
    let at = 0
    for (const [place, element] of [...list.children].entries()) {
      if (isRoom(element)) continue
      const bottom = tops[place + 1] ?? element.getBoundingClientRect().bottom
      const size = Math.round((bottom - (tops[place] as number)) * 8) / 8
      const index = indexes[at++]
      if (index !== undefined) virtualizer.resizeItem(index, size)
    }
  }

  /** Nothing has a size then, and nobody moves. */
  const isHidden = () => viewport.clientHeight === 0

  function tellPlace(): void {
    if (isHidden()) return
    const read = viewport.getBoundingClientRect().top - list.getBoundingClientRect().top
    tellOffset(keeper.isFollowing() ? AT_END : Math.max(0, read), false)
  }

  function keysChanged(): void {
    const next = session.store.getState().keys
    if (next === keys) return
    keys = next
    heldIndex = heldKey === undefined ? -1 : keys.indexOf(heldKey)
    virtualizer.setOptions(virtualizerOptions())
    virtualizer._willUpdate()
    refresh()
  }

  function hold(key: string | undefined): void {
    heldKey = key
    heldIndex = key === undefined ? -1 : keys.indexOf(key)
    virtualizer.setOptions(virtualizerOptions())
  }

  function print(on: boolean): void {
    isPrinting = on
    hold(heldKey)
    flushSync(() => refresh(true))
  }

  const keyAt = (node: Node | null) =>
    keyedRows(list, inDocument).find(([, row]) => row.contains(node))?.[0]
  const onFocusIn = (event: FocusEvent) => hold(keyAt(event.target as Node))
  const onFocusOut = (event: FocusEvent) => {
    // Without a target the window lost it, or the row went: then it stays where it was.
    if (event.relatedTarget && !list.contains(event.relatedTarget as Node)) hold(undefined)
  }
  const onPrint = ({ type }: Event) => print(type === 'beforeprint')

  // It takes the size of no row before it has laid them all out once.
  virtualizer.getTotalSize()
  measure()
  virtualizer._willUpdate()
  tellPlace()
  hold(keyAt(document.activeElement))
  refresh(true)
  const stops = [
    virtualizer._didMount(),
    keeper.onPlace((cause) => {
      if (cause === 'laidOut') measure()
      tellPlace()
      if (cause === 'moved') refresh()
    }),
    session.store.subscribe(keysChanged),
  ]
  list.addEventListener('focusin', onFocusIn)
  list.addEventListener('focusout', onFocusOut)
  window.addEventListener('beforeprint', onPrint)
  window.addEventListener('afterprint', onPrint)

  return {
    session,
    getShown: () => shown,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    committed(now) {
      const before = new Set(indexesOf(inDocument).map((index) => inDocument.keys[index]))
      inDocument = now
      for (const [key, row] of keyedRows(list, now))
        if (!before.has(key)) disclosures.restore(key, row)
      numberRows(list, now, session.store.getState().history.hasOlder)
      // So many sizes change at once that an event on its way would be taken for the reader's.
      if (!isBegun) keeper.settle()
      isBegun = true
      measure()
      refresh()
    },
    hold(key) {
      hold(key)
      flushSync(() => refresh())
    },
    stop() {
      for (const stop of stops) stop()
      listeners.clear()
      cancelAnimationFrame(frame ?? 0)
      list.removeEventListener('focusin', onFocusIn)
      list.removeEventListener('focusout', onFocusOut)
      window.removeEventListener('beforeprint', onPrint)
      window.removeEventListener('afterprint', onPrint)
      for (const row of list.children) {
        row.removeAttribute('aria-posinset')
        row.removeAttribute('aria-setsize')
      }
    },
  }
}

function meanSize(list: HTMLElement): number | undefined {
  const count = list.childElementCount
  return count > 0 ? list.getBoundingClientRect().height / count : undefined
}
