import { expect, test } from 'vitest'
import { utf8Length } from './utf8Length.ts'

test('[S49] utf8Length counts what the wire counts', () => {
  for (const text of ['', 'abc', 'é', '€', '😀', 'a\ud800', '\udc00\ud800', '😀é€a'])
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length)
})
