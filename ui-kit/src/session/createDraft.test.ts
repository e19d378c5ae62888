import { expect, test } from 'vitest'
import { createDraft } from './createDraft.ts'
import { createKeep } from './keep.ts'

test('whoever subscribed hears of each change of the draft, until the unsubscribe', () => {
  const draft = createDraft(createKeep('test:', null))
  const heard: string[] = []
  const stop = draft.subscribeDraft(() => heard.push(draft.getDraft()))
  draft.setDraft('half')
  draft.setDraft('')
  stop()
  draft.setDraft('unheard')
  expect(heard).toEqual(['half', ''])
})
