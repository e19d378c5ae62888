import { expect, test } from 'vitest'
import type { Part } from '../../protocol/index.ts'
import { defaultStrings } from '../SessionStrings.ts'
import { spokenText } from './spokenText.ts'

const spoken = (text: string, role: 'assistant' | 'user' = 'assistant', maxLength?: number) =>
  spokenText({ parts: [{ type: 'text', text }], role }, defaultStrings, maxLength)

test('text is spoken without Markdown signs; other parts are not', () => {
  const parts = [
    { type: 'reasoning', text: 'thoughts' },
    { type: 'text', text: '## Title\n\n- **one** [link](https://x.test)\n- ![alt](y.png) `code`' },
    { type: 'text', text: 'end' },
  ] as const
  expect(spokenText({ parts: [...parts], role: 'assistant' }, defaultStrings)).toBe(
    'Title one link alt code end',
  )
})

test.each([
  [
    '**Yes**, it *is* a __good__ and _fine_ `idea` ~~not~~.',
    'Yes, it is a good and fine idea not.',
  ],
  ['***both*** and *a **b** c*', 'both and a b c'],
  ['> quote\n\n```js\nconst a_b = 1\n```\n\n---\nend', 'quote const a_b = 1 end'],
  ['| a | b |\n|---|:-:|\n| 1 | 2 |', 'a b 1 2'],
  ['- [x] done\n* [ ] open', 'done open'],
  ['if a_b > 5 and C# ~3 then #1', 'if a_b > 5 and C# ~3 then #1'],
  ['\\*not so\\*, \\# nor \\[so](x), and C:\\dir', '*not so*, # nor [so](x), and C:\\dir'],
  ['`**a**`, `\\*` and \\`*b*', '**a**, \\* and `b'],
  ['Q&amp;A &lt;b&gt; &#39;x&#x27; &#42;y&#42; `&lt;` \\&amp;', "Q&A <b> 'x' *y* &lt; &amp;"],
  ['&toString; AT&T &amp &copy; &#x110000;', '&toString; AT&T &amp &copy; &#x110000;'],
  ['[Go (game)](https://x.test/Go_(game)) ![a](b "c (d)") (e)', 'Go (game) a (e)'],
  ['one\\\ntwo', 'one two'],
  ['2 * 3 * 4 and snake_case_word and $5 [1]', '2 * 3 * 4 and snake_case_word and $5 [1]'],
])('only what is Markdown goes: %j', (text, heard) => {
  expect(spoken(text)).toBe(heard)
})

test('what a person writes is heard as it stands', () => {
  const text = '# if *a_b* > 5 and C# ~3 then `#1` | 2'
  expect(spoken(text, 'user')).toBe(text)
})

test('a message without words names what it holds', () => {
  const tool: Part = { type: 'tool', callId: '1', name: 'search', state: 'done' }
  const file: Part = { type: 'file', url: '/a', mediaType: 'image/png', name: 'holiday.png' }
  const say = (parts: Part[]) => spokenText({ parts, role: 'user' }, defaultStrings)
  expect(say([file])).toBe('File holiday.png')
  expect(say([tool, file])).toBe('search done, File holiday.png')
  expect(say([file, { type: 'text', text: 'look' }])).toBe('look')
})

test('a long text ends at a word, and says where the rest is', () => {
  const rest = defaultStrings.announceRest
  expect(spoken('word '.repeat(100), 'user', 22)).toBe(`word word word word … ${rest}`)
  expect(spoken('x'.repeat(50), 'user', 10)).toBe(`xxxxxxxxxx … ${rest}`)
  expect(spoken('😀'.repeat(50), 'user', 11)).toBe(`${'😀'.repeat(5)} … ${rest}`)
})

test('[safe text] of a long text no more is looked at than is spoken', () => {
  for (const unit of [
    '[',
    '[](',
    '[](a(',
    '\\',
    '&#',
    '*a',
    '**a ',
    '`a',
    '_',
    '> ',
    '|',
    '[a](b',
    '~~a',
  ])
    expect(spoken(unit.repeat(200_000)).length).toBeLessThan(400)
})
