/**
 * What a screen reader is given to say: every change of a live region, in order, as text.
 *
 * Follows WAI-ARIA: `aria-live` or the roles log, status and alert, `aria-atomic`, `aria-busy`,
 * what is hidden, and that a region which arrives with its words says nothing (an alert does).
 * Looks at the document only; how a given screen reader words it, or interrupts itself, is its own
 * business. Doesn't look into shadow roots.
 */

export interface Announcement {
  text: string
  politeness: 'polite' | 'assertive'
}

export interface AnnouncementRecorder {
  /** All so far, up to this moment. */
  readonly announcements: readonly Announcement[]
  /** Their texts. */
  readonly heard: readonly string[]
  /** Idempotent; what was recorded stays. */
  stop(): void
}

interface Region {
  element: Element
  politeness: Announcement['politeness']
}

const REGIONS = '[aria-live], [role=log], [role=status], [role=alert], output'

/**
 * Records from now on.
 *
 * @param root the document, or the part of it to listen to
 */
export function recordAnnouncements(
  root: { readonly nodeType: number } = document,
): AnnouncementRecorder {
  const announcements: Announcement[] = []
  /** what changed in regions that are busy */
  let held: MutationRecord[] = []

  function hear(records: MutationRecord[]): void {
    const known = [...held, ...records]
    held = []
    const arrived = known.flatMap(({ addedNodes }) => [...addedNodes])
    const said = new Set<Node>()
    for (const record of known)
      for (const node of changedBy(record)) {
        const region = regionOf(node)
        if (!region || !node.isConnected) continue
        if (node.parentElement?.closest('[aria-busy=true]')) {
          if (!held.includes(record)) held.push(record)
          continue
        }
        const isNew = arrived.some((one) => one.contains(region.element))
        if (isNew && region.element.getAttribute('role') !== 'alert') continue
        const whole = atomOf(node, region.element) ?? (isNew ? region.element : node)
        if ([...said].some((one) => one.contains(whole))) continue
        said.add(whole)
        const text = spokenOf(whole)
        if (text !== '') announcements.push({ text, politeness: region.politeness })
      }
  }

  const observer = new MutationObserver(hear)
  observer.observe(root as Node, {
    subtree: true,
    childList: true,
    characterData: true,
    attributeFilter: ['aria-busy'],
  })
  const recorded = () => {
    hear(observer.takeRecords())
    return announcements
  }
  return {
    get announcements() {
      return [...recorded()]
    },
    get heard() {
      return recorded().map(({ text }) => text)
    },
    stop() {
      recorded()
      observer.disconnect()
    },
  }
}

/** The nodes with new words: removals say nothing; regions inside of what arrived speak for themselves. */
function changedBy({ addedNodes, target, type }: MutationRecord): Node[] {
  if (type === 'characterData') return [target]
  return [...addedNodes].flatMap((node) => {
    const alerts = node instanceof Element ? [...node.querySelectorAll('[role=alert]')] : []
    return [node, ...alerts]
  })
}

/** The nearest live region around a node, or the node itself; undefined where it is off. */
function regionOf(node: Node): Region | undefined {
  const start = node instanceof Element ? node : node.parentElement
  const element = start?.closest(REGIONS)
  if (!element) return undefined
  const live = element.getAttribute('aria-live')
  const politeness = live ?? (element.getAttribute('role') === 'alert' ? 'assertive' : 'polite')
  return politeness === 'polite' || politeness === 'assertive' ? { element, politeness } : undefined
}

/** What is said as a whole when this node changes; undefined: only what changed. */
function atomOf(node: Node, region: Element): Element | undefined {
  for (let at = node.parentElement; at && region.contains(at); at = at.parentElement) {
    const atomic = at.getAttribute('aria-atomic')
    if (atomic !== null) return atomic === 'true' ? at : undefined
  }
  const isWhole = /^(status|alert)$/.test(region.getAttribute('role') ?? '')
  return isWhole || region.localName === 'output' ? region : undefined
}

/** Words as they are read: what is hidden is left out, names stand for what they name. */
function spokenOf(node: Node): string {
  if (node.parentElement?.closest('[aria-hidden=true]')) return ''
  const isShown = node.parentElement?.checkVisibility?.({ visibilityProperty: true }) ?? true
  return isShown ? wordsOf(node).replace(/\s+/g, ' ').trim() : ''
}

function wordsOf(node: Node): string {
  if (!(node instanceof Element)) return node.nodeType === Node.TEXT_NODE ? `${node.nodeValue}` : ''
  if (node.getAttribute('aria-hidden') === 'true') return ''
  if (node.checkVisibility?.({ visibilityProperty: true }) === false) return ''
  const name = node.getAttribute('aria-label') ?? node.getAttribute('alt')
  const isRegion = node.matches(REGIONS)
  const words = name !== null && !isRegion ? name : [...node.childNodes].map(wordsOf).join('')
  return getComputedStyle(node).display.startsWith('inline') ? words : ` ${words} `
}
