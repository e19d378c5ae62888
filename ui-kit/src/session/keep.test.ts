import { expect, test } from 'vitest'
import { createStorage } from './createWorld.test.ts'
import { createKeep, type KeepStorage } from './keep.ts'

/** A storage that is full, or forbidden, as long as it is told so. */
function openTroubled() {
  const storage = createStorage()
  const trouble = { writing: false, reading: false }
  const refuse = (isRefused: boolean) => {
    if (isRefused) throw new Error('refused')
  }
  const troubled: KeepStorage = {
    get length() {
      return storage.length
    },
    key: (index) => storage.key(index),
    getItem(key) {
      refuse(trouble.reading)
      return storage.getItem(key)
    },
    setItem(key, text) {
      refuse(trouble.writing)
      storage.setItem(key, text)
    },
    removeItem: (key) => storage.removeItem(key),
  }
  return { storage, trouble, keep: createKeep('at:', troubled) }
}

test('[F87] what is refused stands in place of what was there, until another page writes or wipes', () => {
  const { storage, trouble, keep } = openTroubled()
  keep.write('draft', 'old')
  trouble.writing = true
  keep.write('draft', 'new')
  expect([keep.read('draft'), storage.getItem('at:draft')]).toEqual(['new', 'old'])
  storage.setItem('at:draft', 'of another page')
  expect(keep.read('draft')).toBe('of another page')
  keep.write('draft', 'newer')
  expect(keep.read('draft')).toBe('newer')
  storage.removeItem('at:draft')
  expect([keep.has('draft'), keep.read('draft')]).toEqual([false, undefined])
})

test('[F87] what is refused by a storage that can’t be read either stays, and hides nothing that is read later', () => {
  const { trouble, keep } = openTroubled()
  trouble.writing = trouble.reading = true
  keep.write('draft', 'new')
  expect([keep.has('draft'), keep.read('draft')]).toEqual([true, 'new'])
  trouble.reading = false
  expect(keep.read('draft')).toBe('new')
  trouble.writing = false
  keep.write('other', 'of this page')
  trouble.writing = trouble.reading = true
  keep.write('other', 'newer')
  trouble.reading = false
  // It may be another page's: nobody saw it when the write was refused.
  expect(keep.read('other')).toBe('of this page')
})
