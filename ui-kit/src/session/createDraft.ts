/** What was typed and not sent: one text, kept over a reload. */

import type { Keep } from './keep.ts'
import type { Session } from './Session.ts'

const DRAFT = 'draft'

export function createDraft(keep: Keep): Pick<Session, 'getDraft' | 'setDraft'> {
  let draft = keep.read(DRAFT) ?? ''
  return {
    getDraft: () => draft,
    setDraft(text) {
      draft = text
      if (text) keep.write(DRAFT, text)
      else keep.remove(DRAFT)
    },
  }
}
