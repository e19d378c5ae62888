/**
 * What was typed and not sent: one text, kept over a reload.
 *
 * An account's text is found by that account alone, a guest's by whoever uses this browser next.
 * Tabs share its place in the storage: whoever goes last leaves its text there, and none takes
 * away what another wrote. An empty text keeps the place; a place that is gone was wiped.
 */

import type { Keep } from './keep.ts'
import type { Session } from './Session.ts'
import { shortHash } from './shortHash.ts'
import { tell } from './tell.ts'

/** The browser's; behind it, and a colon, an account's. */
const DRAFT = 'draft'
/** What a guest's place says when an account has its text. */
const TAKEN = '\u0000'
const takenAs = (text: string) => TAKEN + shortHash(text)

export interface Draft extends Pick<Session, 'getDraft' | 'setDraft' | 'subscribeDraft'> {
  /**
   * Show what this account typed, or else what this browser keeps, which is theirs from now on.
   * What was typed before it was known by whom stays, below what stood there.
   */
  open(account: string): void
  /** The page may go: what stands here is what its next load shall find, unless it was wiped. */
  keepDraft(): void
  /** Wipe what is shown here. */
  forget(): void
}

/** Two texts that were typed apart: none takes the other's place. */
export const below = (stood: string, typed: string): string =>
  [stood, typed].filter(Boolean).join('\n')

/** @param account who is here; '' for a guest, and for nobody known */
export function createDraft(keep: Keep, account = ''): Draft {
  let place = ''
  let draft = ''
  /** what stood here when it was opened */
  let found = ''
  const listeners = new Set<() => void>()

  function read(from: string) {
    const text = keep.read(from)
    return text?.startsWith(TAKEN) ? '' : (text ?? '')
  }

  function show(text: string) {
    draft = text
    tell(listeners)
  }

  function open(who: string) {
    const next = who ? `${DRAFT}:${who}` : DRAFT
    if (next === place) return
    const typed = place === DRAFT && draft !== found ? draft : ''
    place = next
    const kept = read(place)
    const more = typed || (kept ? '' : read(DRAFT))
    found = more === kept ? kept : below(kept, more)
    // A guest's page may still show it.
    if (more && read(DRAFT) === more) keep.write(DRAFT, takenAs(more))
    if (found) keep.write(place, found)
    show(found)
  }

  open(account)
  return {
    open,
    getDraft: () => draft,
    setDraft(text) {
      if (text || keep.read(place) === draft) keep.write(place, text)
      show(text)
    },
    subscribeDraft(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    keepDraft() {
      if (!draft || keep.read(place) === takenAs(draft)) return
      if (keep.has(place)) keep.write(place, draft)
      else show('')
    },
    forget() {
      keep.remove(place)
      show('')
    },
  }
}
