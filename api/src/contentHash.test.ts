import { expect, test } from 'vitest'
import { contentHash } from './contentHash.ts'

test('[W5] knows the same content in another order of keys, and tells other content apart', () => {
  const one = contentHash({
    parts: [{ type: 'text', text: 'a' }],
    meta: { x: 1, y: [1, { b: 2, a: 1 }] },
  })
  expect(
    contentHash({ meta: { y: [1, { a: 1, b: 2 }], x: 1 }, parts: [{ text: 'a', type: 'text' }] }),
  ).toBe(one)
  const marks = new Set<string>()
  for (let i = 0; i < 20_000; i++)
    marks.add(contentHash({ parts: [{ type: 'text', text: `${i}` }] }))
  expect(marks.size).toBe(20_000)
  expect(contentHash([1, 2])).not.toBe(contentHash([2, 1]))
})
