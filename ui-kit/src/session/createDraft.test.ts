import { expect, test } from 'vitest'
import { createDraft } from './createDraft.ts'
import { createStorage } from './createWorld.test.ts'
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

test('[F58] what a guest left is not put below an account’s own text, and stays where it is', () => {
  const keep = createKeep('test:', createStorage())
  keep.write('draft', 'by a guest')
  keep.write('draft:ada', 'by ada')
  const draft = createDraft(keep)
  expect(draft.getDraft()).toBe('by a guest')
  draft.open('ada')
  expect(draft.getDraft()).toBe('by ada')
  expect(createDraft(keep).getDraft()).toBe('by a guest')
})

test('[F87] what a full storage refused is not found once it has taken something later', () => {
  const storage = createStorage()
  const { setItem } = storage
  const draft = createDraft(createKeep('test:', storage))
  draft.setDraft('half')
  storage.setItem = () => {
    throw new Error('full')
  }
  draft.setDraft('half a senten')
  expect(createDraft(createKeep('test:', storage)).getDraft()).toBe('half a senten')
  storage.setItem = setItem
  draft.setDraft('half')
  expect(createDraft(createKeep('test:', storage)).getDraft()).toBe('half')
})
