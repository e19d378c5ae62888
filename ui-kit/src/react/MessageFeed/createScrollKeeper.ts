/**
 * Where the feed stands: at the end and following it, or where the reader put it.
 *
 * The one writer of `scrollTop`, for the plain list and for the virtual one. It writes after
 * layout and before paint, so a token forces no layout of its own, and only for two reasons:
 * the end moved while it was followed, or what the reader looks at was moved by something
 * else (older history, rows that turn out larger than supposed, images that come late; in a
 * browser without scroll anchoring, or at the very top, where no browser has any). A movement
 * counts as the reader's when the content moved under their eyes and the keeper hadn't written.
 */

export interface ScrollKeeper {
  /** @returns lets go of the elements; where it stood is kept for the next ones */
  attach(viewport: HTMLElement, list: HTMLElement): () => void
  isFollowing(): boolean
  /** Go to the end and stay there. */
  follow(): void
  /** Bring something into view for the reader, by no more than is needed. */
  reveal(element: HTMLElement): void
  /** Whether the end is followed has changed. */
  subscribe(listener: () => void): () => void
  /** After every movement, and after every layout that changed the size of list or viewport. */
  onPlace(listener: (cause: 'moved' | 'laidOut') => void): () => void
}

interface Elements {
  viewport: HTMLElement
  list: HTMLElement
  /** the viewport's own word on scroll anchoring */
  anchoring: string
}

/** What is looked at: the words of a row, and where they stood below the viewport's edge, px. */
interface Place {
  words: Element
  top: number
  scrollTop: number
  /** it stands elsewhere until the next layout */
  isPending?: boolean
}

/** A reader who scrolls down to within this of the end follows it again, px. */
const CLOSE_TO_END = 48

export function createScrollKeeper(): ScrollKeeper {
  const listeners = new Set<() => void>()
  const placeListeners = new Set<(cause: 'moved' | 'laidOut') => void>()
  let elements: Elements | undefined
  let place: Place | undefined
  let isFollowing = true
  let writtenTop = 0
  /** of the content, when the keeper wrote */
  let writtenHeight = 0

  function set(following: boolean): void {
    if (isFollowing === following) return
    isFollowing = following
    if (elements) letAnchor(elements)
    for (const listener of [...listeners]) listener()
  }

  /** At the end nothing is to be kept in place: what the browser moves there looks like a reader. */
  function letAnchor({ viewport, anchoring }: Elements): void {
    viewport.style.overflowAnchor = isFollowing ? 'none' : anchoring
  }

  function tell(cause: 'moved' | 'laidOut'): void {
    for (const listener of [...placeListeners]) listener(cause)
  }

  function write(viewport: HTMLElement, top: number): void {
    viewport.scrollTop = top
    // What the browser made of it: clamped, and rounded to device pixels.
    writtenTop = viewport.scrollTop
    writtenHeight = viewport.scrollHeight
  }

  function scrolled(own: Elements): void {
    const { viewport, list } = own
    const { scrollTop, scrollHeight, clientHeight } = viewport
    const toEnd = scrollHeight - clientHeight - scrollTop
    if (isFollowing) {
      // At the end, or lower than before, is where growth and clamping lead by themselves.
      if (scrollTop >= writtenTop - 1 || toEnd <= 1) return
      // What came since may have moved anything, and the browser with it: the end is elsewhere.
      if (scrollHeight !== writtenHeight) {
        laidOut(own)
        return
      }
      place = firstVisible(viewport, list)
      set(false)
      return
    }
    const movedBy = place?.words.isConnected ? topOf(place.words, viewport) - place.top : 0
    if (place?.words.isConnected && isKept(place, movedBy, own)) return
    place = firstVisible(viewport, list)
    if (movedBy < -1 && toEnd <= CLOSE_TO_END) set(true)
  }

  /** The reader hasn't moved, or rows came between their movement and its event. */
  function isKept(before: Place, movedBy: number, own: Elements): boolean {
    const { scrollTop } = own.viewport
    if (Math.abs(movedBy) < 1) {
      place = { ...before, scrollTop }
      return true
    }
    if (scrollTop === before.scrollTop) {
      laidOut(own)
      return true
    }
    const scrolledBy = scrollTop - before.scrollTop
    if (before.isPending || isAnchored(own.viewport) || Math.abs(movedBy + scrolledBy) < 1)
      return false
    // What was read is put back, as far as it wasn't the reader who moved it, by the layout to come.
    place = { words: before.words, top: before.top - scrolledBy, scrollTop, isPending: true }
    return true
  }

  function laidOut({ viewport, list }: Elements): void {
    if (viewport.clientHeight === 0) return
    if (!isFollowing && viewport.scrollHeight <= viewport.clientHeight + 1) set(true)
    if (isFollowing) {
      write(viewport, viewport.scrollHeight)
      return
    }
    if (!place?.words.isConnected) {
      place = firstVisible(viewport, list)
      return
    }
    const { words, top } = place
    const movedBy = topOf(words, viewport) - top
    if (Math.abs(movedBy) >= 1) write(viewport, viewport.scrollTop + movedBy)
    place = { words, top, scrollTop: viewport.scrollTop }
  }

  return {
    attach(viewport, list) {
      const own = { viewport, list, anchoring: viewport.style.overflowAnchor }
      elements = own
      letAnchor(own)
      const observer = new ResizeObserver(() => {
        laidOut(own)
        tell('laidOut')
      })
      const onScroll = () => {
        scrolled(own)
        tell('moved')
      }
      observer.observe(viewport)
      observer.observe(list)
      viewport.addEventListener('scroll', onScroll, { passive: true })
      return () => {
        observer.disconnect()
        viewport.removeEventListener('scroll', onScroll)
        viewport.style.overflowAnchor = own.anchoring
        if (elements === own) elements = undefined
      }
    },
    isFollowing: () => isFollowing,
    follow() {
      set(true)
      if (!elements) return
      laidOut(elements)
      tell('moved')
    },
    reveal(element) {
      if (!elements) return
      const { viewport, list } = elements
      const before = viewport.scrollTop
      element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' })
      const { scrollTop } = viewport
      if (scrollTop === before) return
      const row = [...list.children].find((child) => child.contains(element))
      place = row && placeOf(row, viewport)
      set(viewport.scrollHeight - viewport.clientHeight - scrollTop <= 1)
      tell('moved')
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onPlace(listener) {
      placeListeners.add(listener)
      return () => placeListeners.delete(listener)
    },
  }
}

/** The browser keeps the place by itself; none does at the very top. */
const isAnchored = (viewport: Element) =>
  viewport.scrollTop >= 1 && getComputedStyle(viewport).overflowAnchor === 'auto'

const topOf = (row: Element, viewport: Element) =>
  row.getBoundingClientRect().top - viewport.getBoundingClientRect().top

/**
 * The first row that begins in view, by bisection: rows lie in order. A row that only ends
 * in view may grow above the edge when it is laid out, so it holds no place unless it is all
 * that there is to see. The room that stands for rows left out holds none either.
 */
function firstVisible(viewport: Element, list: Element): Place | undefined {
  const { top: edge, bottom } = viewport.getBoundingClientRect()
  const rows = list.children
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle] as Element).getBoundingClientRect().top >= edge) high = middle
    else low = middle + 1
  }
  const begins = [rows[low], rows[low + 1]].find((row) => row && !isRoom(row))
  const isInView = begins && begins.getBoundingClientRect().top < bottom
  const ends = rows[low - 1]
  const row = isInView ? begins : ends && !isRoom(ends) ? ends : begins
  return row && placeOf(row, viewport)
}

/** Not the row itself: its day, its name and the unread line go when something comes in front. */
function placeOf(row: Element, viewport: Element): Place {
  const words = row.querySelector('.sk-message-body') ?? row
  return { words, top: topOf(words, viewport), scrollTop: viewport.scrollTop }
}

/** Stands for rows that are not in the document. */
const isRoom = (row: Element) => row.hasAttribute('data-room')
