/** What is being written and is not sent; survives a reload. */

import type { Keep } from './keep.ts'
import type { Session } from './Session.ts'

const NAME = 'draft'

export function createDraft(keep: Keep): Pick<Session, 'getDraft' | 'setDraft'> {
  let draft = keep.read(NAME) ?? ''
  return {
    getDraft: () => draft,
    setDraft(text) {
      draft = text
      if (text === '') keep.remove(NAME)
      else keep.write(NAME, text)
    },
  }
}
