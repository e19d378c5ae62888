/**
 * The keyboard in the feed: one tab stop, the viewport, and from there the arrow keys go from
 * message to message.
 *
 * A message that reaches beyond the edge is scrolled first, by the browser; where the page scrolls
 * in place of the feed, the edge is the window's. Escape leads back to where the focus came from,
 * Control with Home or End to what stands before or after the feed (as in the ARIA feed pattern),
 * and a row that goes away with the focus hands it to the feed.
 */

import type { FocusEvent, KeyboardEvent } from 'react'
import type { Session } from '../../session/Session.ts'
import type { ScrollKeeper } from './createScrollKeeper.ts'
import type { VirtualRows } from './createVirtualRows.ts'

/** By then what came into view is drawn. */
const DRAWN_MS = 200

export interface RowFocus {
  /** Where rows are many, who puts one into the document. */
  setRows(rows: Pick<VirtualRows, 'hold'> | undefined): void
  onKeyDown(event: KeyboardEvent<HTMLElement>): void
  onFocus(event: FocusEvent<HTMLElement>): void
  onBlur(event: FocusEvent<HTMLElement>): void
  /** Rows have come or gone. */
  mend(): void
}

export function createRowFocus(session: Session, keeper: ScrollKeeper): RowFocus {
  let rows: Pick<VirtualRows, 'hold'> | undefined
  let focused: { element: HTMLElement; viewport: HTMLElement } | undefined
  let cameFrom: HTMLElement | undefined

  function goTo(viewport: HTMLElement, key: string, isEnd: boolean): void {
    if (isEnd) keeper.follow()
    rows?.hold(key)
    const message = [...viewport.querySelectorAll<HTMLElement>('[data-key]')].find(
      ({ dataset }) => dataset.key === key,
    )
    message?.focus({ preventScroll: true })
    // Now that its rows are there, the end is where it is.
    if (isEnd) keeper.follow()
    else if (message) {
      keeper.reveal(message)
      // Rows that come into view with it have a size of their own once they were drawn.
      const stop = keeper.onPlace((cause) => {
        if (cause === 'laidOut' && document.activeElement === message) keeper.reveal(message)
      })
      setTimeout(stop, DRAWN_MS)
    }
  }

  return {
    setRows(next) {
      rows = next
    },
    onKeyDown(event) {
      if (event.altKey || event.metaKey || event.shiftKey) return
      const viewport = event.currentTarget
      const target = event.target as HTMLElement
      if (event.ctrlKey) {
        if (!isEditable(target) && leave(viewport, event.key)) event.preventDefault()
        return
      }
      const isMessage = target.dataset.key !== undefined
      if (target !== viewport && !isMessage) return
      if (event.key === 'Escape') {
        const back = cameFrom?.isConnected ? cameFrom : viewport
        back.focus({ preventScroll: true })
        return
      }
      // Where the page scrolls, the end of the feed is nowhere to be scrolled to.
      const isEnd = event.key === 'End' && viewport.scrollHeight > viewport.clientHeight
      if (!isMessage && isEnd) {
        // The browser would go to where the end is now; rows on the way move it.
        event.preventDefault()
        keeper.follow()
        return
      }
      const { keys } = session.store.getState()
      const key = isMessage
        ? nextKey(event.key, target, viewport, keys)
        : entry(event.key, viewport)
      if (key === undefined || key === target.dataset.key) return
      event.preventDefault()
      goTo(viewport, key, isEnd)
    },
    onFocus({ target, currentTarget, relatedTarget }) {
      focused = { element: target, viewport: currentTarget }
      if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget))
        cameFrom = relatedTarget
    },
    onBlur({ relatedTarget }) {
      // Without a target the window lost it, or the row went.
      if (relatedTarget) focused = undefined
    },
    mend() {
      if (!focused || focused.element.isConnected) return
      if (document.activeElement === document.body) focused.viewport.focus({ preventScroll: true })
      focused = undefined
    },
  }
}

/** From the feed itself: down to the first message in view, up to the last one. */
function entry(pressed: string, viewport: HTMLElement): string | undefined {
  const messages = inView(viewport)
  if (pressed === 'ArrowDown') return messages[0]?.dataset.key
  if (pressed === 'ArrowUp') return messages.at(-1)?.dataset.key
  return undefined
}

/** @returns undefined where the browser should scroll */
function nextKey(
  pressed: string,
  message: HTMLElement,
  viewport: HTMLElement,
  keys: readonly string[],
): string | undefined {
  if (pressed === 'Home') return keys[0]
  if (pressed === 'End') return keys.at(-1)
  const direction = { ArrowDown: 1, PageDown: 1, ArrowUp: -1, PageUp: -1 }[pressed]
  if (!direction) return undefined
  const { top, bottom } = message.getBoundingClientRect()
  const edge = edgeOf(viewport)
  if (direction > 0 ? bottom > edge.bottom + 1 : top < edge.top - 1) return undefined
  const step = pressed.startsWith('Page') ? Math.max(1, inView(viewport).length - 1) : 1
  const index = keys.indexOf(message.dataset.key ?? '') + direction * step
  return keys[Math.min(Math.max(index, 0), keys.length - 1)]
}

function inView(viewport: HTMLElement): HTMLElement[] {
  const edge = edgeOf(viewport)
  return [...viewport.querySelectorAll<HTMLElement>('[data-key]')].filter((message) => {
    const { top, bottom } = message.getBoundingClientRect()
    return bottom > edge.top && top < edge.bottom
  })
}

/** Of what is seen of the feed. */
function edgeOf(viewport: HTMLElement) {
  const { top, bottom } = viewport.getBoundingClientRect()
  return { top: Math.max(top, 0), bottom: Math.min(bottom, innerHeight) }
}

const isEditable = (target: HTMLElement) =>
  target.isContentEditable || target.matches('input, textarea, select')

/** @returns whether something there took the focus: what is hidden, disabled or inert doesn't */
function leave(viewport: HTMLElement, pressed: string): boolean {
  const side = { Home: Node.DOCUMENT_POSITION_PRECEDING, End: Node.DOCUMENT_POSITION_FOLLOWING }[
    pressed
  ]
  if (side === undefined) return false
  const stops = [...document.querySelectorAll<HTMLElement>('*')].filter(
    (stop) => stop.tabIndex >= 0 && viewport.compareDocumentPosition(stop) === side,
  )
  if (pressed === 'Home') stops.reverse()
  return stops.some((stop) => {
    stop.focus()
    return document.activeElement === stop
  })
}
