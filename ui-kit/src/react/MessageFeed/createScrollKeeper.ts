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

import { firstInView } from './firstInView.ts'

export interface ScrollKeeper {
  /** Refs of the two elements. Where it stood is kept for the next ones. */
  setViewport(element: HTMLElement | null): void
  setList(element: HTMLElement | null): void
  getElements(): Pick<Elements, 'viewport' | 'list'> | undefined
  isFollowing(): boolean
  /** Puts back at once what is read, not with the next layout. */
  settle(): void
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
  /** the viewport's own words */
  given: Pick<CSSStyleDeclaration, 'overflowAnchor' | 'overscrollBehaviorY'>
}

/** What is looked at, and where it stood below the viewport's edge, px. */
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
  let viewportElement: HTMLElement | null = null
  let listElement: HTMLElement | null = null
  let elements: Elements | undefined
  let letGo = () => {}
  /** hidden or new elements are moved by the browser, not by a reader */
  let isLaidOut = false
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

  /**
   * At the end nothing is to be kept in place: what the browser moves there looks like a reader.
   * What doesn't scroll leaves places, wheel and keys to the page.
   */
  function letAnchor({ viewport, given }: Elements, scrolls = true): void {
    viewport.style.overflowAnchor = isFollowing && scrolls ? 'none' : given.overflowAnchor
    viewport.style.overscrollBehaviorY = scrolls ? given.overscrollBehaviorY : 'auto'
  }

  function tell(cause: 'moved' | 'laidOut'): void {
    for (const listener of [...placeListeners]) listener(cause)
  }

  function write(viewport: HTMLElement, top: number): void {
    // Not by `scrollTop`, which a page may have told to glide.
    viewport.scrollTo({ top, behavior: 'instant' })
    // What the browser made of it: clamped, and rounded to device pixels.
    writtenTop = viewport.scrollTop
    writtenHeight = viewport.scrollHeight
  }

  function scrolled(own: Elements): void {
    const { viewport, list } = own
    isLaidOut &&= viewport.clientHeight > 0
    if (!isLaidOut) return
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
      place = placeIn(viewport, list)
      set(false)
      return
    }
    // Of words that are gone it is known only how far was scrolled.
    const movedBy = place?.words.isConnected
      ? topOf(place.words, viewport) - place.top
      : (place?.scrollTop ?? scrollTop) - scrollTop
    if (place?.words.isConnected && isKept(place, movedBy, own)) return
    place = placeIn(viewport, list)
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

  function laidOut(own: Elements): void {
    const { viewport, list } = own
    isLaidOut = viewport.clientHeight > 0
    if (!isLaidOut) return
    const scrolls = viewport.scrollHeight > viewport.clientHeight + 1
    if (!isFollowing && !scrolls) set(true)
    letAnchor(own, scrolls)
    if (isFollowing) {
      write(viewport, viewport.scrollHeight)
      return
    }
    if (!place?.words.isConnected) {
      place = placeIn(viewport, list)
      return
    }
    const { words, top } = place
    const movedBy = topOf(words, viewport) - top
    if (Math.abs(movedBy) >= 1) write(viewport, viewport.scrollTop + movedBy)
    place = { words, top, scrollTop: viewport.scrollTop }
  }

  function attach(own: Elements): () => void {
    const { viewport, list } = own
    letAnchor(own)
    isLaidOut = false
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
    // Before anybody asks where it stands; at the end the first layout is soon enough.
    if (!isFollowing) laidOut(own)
    return () => {
      observer.disconnect()
      viewport.removeEventListener('scroll', onScroll)
      Object.assign(viewport.style, own.given)
    }
  }

  /** A list comes before the viewport around it. */
  function attachBoth(): void {
    letGo()
    letGo = () => {}
    elements = undefined
    // Without layout, as in jsdom, there is no place to keep.
    if (!viewportElement?.scrollTo || !listElement || typeof ResizeObserver === 'undefined') return
    const { overflowAnchor, overscrollBehaviorY } = viewportElement.style
    const given = { overflowAnchor, overscrollBehaviorY }
    elements = { viewport: viewportElement, list: listElement, given }
    letGo = attach(elements)
  }

  return {
    setViewport(element) {
      viewportElement = element
      attachBoth()
    },
    setList(element) {
      listElement = element
      attachBoth()
    },
    getElements: () => elements,
    isFollowing: () => isFollowing,
    settle() {
      if (elements && !isFollowing) laidOut(elements)
    },
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
      place = placeIn(viewport, list)
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

const topOf = (words: Element, viewport: Element) =>
  words.getBoundingClientRect().top - viewport.getBoundingClientRect().top

function placeIn(viewport: Element, list: Element): Place | undefined {
  const words = firstInView(viewport, list)
  return words && { words, top: topOf(words, viewport), scrollTop: viewport.scrollTop }
}
