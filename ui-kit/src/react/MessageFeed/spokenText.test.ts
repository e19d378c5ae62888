import { expect, test } from 'vitest'
import { spokenText } from './spokenText.ts'

test('text is spoken without Markdown signs; other parts are not', () => {
  const parts = [
    { type: 'reasoning', text: 'thoughts' },
    { type: 'text', text: '## Title\n\n- **one** [link](https://x.test)\n- ![alt](y.png) `code`' },
    { type: 'text', text: 'end' },
  ] as const
  expect(spokenText(parts)).toBe('Title - one link - alt code end')
})

test('a long text ends at a word', () => {
  const spoken = spokenText([{ type: 'text', text: 'word '.repeat(100) }], 22)
  expect(spoken).toBe('word word word word …')
  expect(spokenText([{ type: 'text', text: 'x'.repeat(50) }], 10)).toBe('xxxxxxxxxx …')
})
