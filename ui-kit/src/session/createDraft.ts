/**
 * What was typed and not sent: one text, kept over a reload.
 *
 * Tabs share its place in the storage: whoever goes last leaves its text there, and none takes
 * away what another wrote.
 */

import type { Keep } from './keep.ts'
import type { Session } from './Session.ts'
import { tell } from './tell.ts'

const DRAFT = 'draft'

export interface Draft extends Pick<Session, 'getDraft' | 'setDraft' | 'subscribeDraft'> {
  /** The page may go: what stands here is what its next load shall find. */
  keepDraft(): void
}

export function createDraft(keep: Keep): Draft {
  let draft = keep.read(DRAFT) ?? ''
  const listeners = new Set<() => void>()

  function keepDraft() {
    if (draft) keep.write(DRAFT, draft)
  }

  return {
    getDraft: () => draft,
    setDraft(text) {
      if (!text && keep.read(DRAFT) === draft) keep.remove(DRAFT)
      draft = text
      keepDraft()
      tell(listeners)
    },
    subscribeDraft(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    keepDraft,
  }
}
