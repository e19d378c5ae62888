import { Lexer } from 'marked'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Markdown } from './Markdown.tsx'
import { type Block, emptySplit, type Split, splitBlocks } from './splitBlocks.ts'

/** Whole answers, chosen so that later text can change earlier blocks. */
const samples: Readonly<Record<string, string>> = {
  prose: `# Title

Some **bold**, *em*, ***both***, ~~gone~~ and \`code\`, a [link](https://example.com/a_b_c "t").
A second line of the same paragraph with a hard break  
and one more\\
line, AT&amp;T &copy; &#8212; 5 * 3 snake_case.

Last paragraph with https://example.com/x and <mailto:a@example.com>.
`,
  references: `See [one], [the second][two] and [Three][].

* An item with [one]
* and [missing][nope]

> quoted [two]

[one]: https://example.com/1
[two]: <https://example.com/2> 'Second'

Between.

[three]: https://example.com/3
  "Third
  title"
[one]: https://example.com/never
`,
  lists: `Intro:
- a
- b
  - b1
    continued
  - b2

    loose paragraph
- c
lazy line

1. one

2. two
   \`\`\`js
   const x = 1

   // # not a heading
   \`\`\`
3. three

- [ ] open
- [x] done

* other bullet
10. ten

    deep
Text after.
`,
  code: `Before
\`\`\`ts
const a = \`template\`

**not bold**
\`\`\`
After without a blank line
~~~
\`\`\`
~~~

    indented

    still the same

## End
`,
  tables: `Text before
| a | b |
|---|:-:|
| 1 | **x** |
| \`p|q\` | [l](https://example.com) |

Other

c | d
--|--
3 | 4
not a row?

| lonely |
text
`,
  setext: `Heading one
===

Heading
two
---

para
***
- item
---
text
- - -
`,
  html: `<div>
**inside**

</div>

text <b>inline</b> <a href="x">https://example.com</a> tail

<!-- open

comment -->

<script>
alert(1)

more()
</script>
after

<details><summary>s</summary>

body
</details>
`,
  quotes: `> quote
lazy
> > nested
> > more
> back

> - list
>   in quote
>
>   \`\`\`
>   code
>   \`\`\`
after

>
> [q]: /inside
> text

[q] outside
`,
}

/** Lines and half lines, of which random texts are made; whole constructs come about by chance. */
const fragments: readonly string[] = [
  ...['\n', '\n', '\n\n', '\n\n', '\n \t\n', '  \n', ' ', '    ', '\t', '\r\n'],
  ...['- ', '* ', '+ ', '1. ', '2) ', '10. ', '-', '- [ ] ', '- [x] ', '    - ', '  '],
  ...['> ', '>', '# ', '## ', '#', '---', '***', '===', '--', '\n---\n', '\n===\n'],
  ...['```', '~~~', '````', '```js\n', '\n```\n', '`', '``', '    code\n', '\tcode\n'],
  ...['| a | b |\n', '|---|---|\n', '| 1 | 2 |\n', '|', 'a | b\n', '--|--\n'],
  ...['[a]', '[b][a]', '[a]: /one\n', '[b]: /two "t"\n', '[a]:\n', '/x "', '"\n', "'t'\n", '(t)\n'],
  ...['[c](/d)', '![i](/j)', '[', ']', '(', ')', '<https://e.com>', 'https://e.com/ '],
  ...[
    '<div>',
    '</div>',
    '<div\n',
    '</foo',
    '>\n',
    '<b>',
    '</b>',
    '<!--',
    '-->',
    '<script>',
    '</script>',
  ],
  ...['<pre>\n', '</pre>', '<?', '?>', '<a href="', '<!D', '<![CDATA[', ']]>'],
  ...['*', '**', '_', '__', '~~', '\\', '&amp;', '&', 'a', 'word ', 'two words', 'é', '日本', '😀'],
]

/** mulberry32 */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Steps through `text` in random pieces, small ones more often. */
function* pieces(text: string, random: () => number): Generator<string> {
  let at = 0
  while (at < text.length) {
    at = Math.min(text.length, at + 1 + Math.floor(random() * random() * 24))
    yield text.slice(0, at)
  }
}

/** All that rendering reads. How white space was dealt to the raws is not part of it. */
function meaning(blocks: readonly Block[]): string {
  return JSON.stringify(blocks, (name, value) => (name === 'raw' ? undefined : value))
}

function oneShot(text: string): Split {
  return splitBlocks(emptySplit, text, false)
}

function html(text: string): string {
  return renderToStaticMarkup(createElement(Markdown, { text }))
}

/** Streams `text` and returns every step. */
function stream(text: string, size: number): Split[] {
  const steps: Split[] = []
  let split = emptySplit
  for (let at = size; at < text.length + size; at += size) {
    split = splitBlocks(split, text.slice(0, at), true)
    steps.push(split)
  }
  return steps
}

describe('the result does not depend on how the text came', () => {
  test.each(Object.entries(samples))('[markdown] %s, at every prefix', (_name, text) => {
    let split = emptySplit
    for (let at = 1; at <= text.length; at += 1) {
      split = splitBlocks(split, text.slice(0, at), true)
      const finished = splitBlocks(split, text.slice(0, at), false)
      expect(meaning(finished.blocks)).toBe(meaning(oneShot(text.slice(0, at)).blocks))
    }
    expect(split.from, 'nothing was ever finished').toBeGreaterThan(0)
  })

  test('[markdown] random texts in random pieces, at every step', { timeout: 30_000 }, () => {
    const hits = new Map<string, number>()
    const hit = (kind: string) => hits.set(kind, (hits.get(kind) ?? 0) + 1)
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = createRandom(seed)
      const pick = () => fragments[Math.floor(random() * fragments.length)] ?? ''
      const text = Array.from({ length: 3 + Math.floor(random() * 30) }, pick).join('')
      let split = emptySplit
      for (const prefix of pieces(text, random)) {
        const before = split
        split = splitBlocks(before, prefix, true)
        const expected = oneShot(prefix)
        const finished = splitBlocks(split, prefix, false)
        expect(meaning(finished.blocks), `seed ${seed}: ${JSON.stringify(prefix)}`).toBe(
          meaning(expected.blocks),
        )
        for (const { token } of expected.blocks) hit(token.type)
        if (split.from > before.from) hit('finished a chunk')
        if (split.links !== before.links) hit('defined a link')
      }
    }
    const kinds = ['paragraph', 'heading', 'code', 'list', 'blockquote', 'table', 'hr', 'html']
    for (const kind of [...kinds, 'finished a chunk', 'defined a link']) {
      expect(hits.get(kind) ?? 0, `never hit: ${kind}`).toBeGreaterThan(0)
    }
  })

  test('[markdown] the rendered page of a streamed corpus is that of the whole', () => {
    const text = Object.values(samples).join('\n\n')
    const finished = splitBlocks(stream(text, 7).at(-1) ?? emptySplit, text, false)
    expect(finished.from).toBeGreaterThan(text.length / 2)
    expect(meaning(finished.blocks)).toBe(meaning(oneShot(text).blocks))
    expect(html(text)).toContain('https://example.com/1')
  })

  test('[markdown] text that does not continue the last one starts over', () => {
    const split = splitBlocks(emptySplit, 'one\n\ntwo\n\nthree', true)
    const other = splitBlocks(split, '# other\n\ntext\n', true)
    expect(meaning(other.blocks)).toBe(meaning(oneShot('# other\n\ntext\n').blocks))
    expect(other.from).toBe(9)
  })
})

describe('a link defined later', () => {
  const text = 'See [a] here.\n\nPlain.\n\nAnd [b].\n\n'

  test('[markdown] changes the blocks that asked for it and no other', () => {
    const before = splitBlocks(emptySplit, `${text}next\n`, true)
    const after = splitBlocks(before, `${text}next\n\n[a]: /found\n\nend\n`, true)
    expect(after.blocks[0]).not.toBe(before.blocks[0])
    expect(JSON.stringify(after.blocks[0])).toContain('/found')
    expect(after.blocks[1]).toBe(before.blocks[1])
    expect(after.blocks[2]).toBe(before.blocks[2])
  })

  test('[markdown] waits while it is typed, and the first definition wins', () => {
    const defined = `${text}[a]: /first\n\n[a]: /second`
    const typed = splitBlocks(emptySplit, `${text}[a]: /fir`, true)
    expect(JSON.stringify(typed.blocks)).not.toContain('/fir')
    const finished = splitBlocks(typed, defined, false)
    expect(JSON.stringify(finished.blocks)).toContain('/first')
    expect(JSON.stringify(finished.blocks)).not.toContain('/second')
  })

  test('[markdown] a title may not swallow the blocks after a blank line', () => {
    const split = oneShot('[a]: /u "open\n\ntext\n\nend"\n')
    expect(split.blocks.map((block) => block.token.type)).toEqual([
      'paragraph',
      'paragraph',
      'paragraph',
    ])
  })
})

describe('the cost of a step', () => {
  afterEach(() => vi.restoreAllMocks())

  function answer(length: number): string {
    const section = `${samples.prose}\n${samples.lists}\n${samples.code}\n${samples.tables}\n`
    return section.repeat(Math.ceil(length / section.length)).slice(0, length)
  }

  /** Characters handed to the lexer per step, nested texts counted again. */
  function lexedPerStep(text: string, size: number): number {
    const block = vi.spyOn(Lexer.prototype, 'blockTokens')
    const inline = vi.spyOn(Lexer.prototype, 'inlineTokens')
    const steps = stream(text, size).length
    const calls = [...block.mock.calls, ...inline.mock.calls]
    vi.restoreAllMocks()
    return calls.reduce((sum, [source]) => sum + source.length, 0) / steps
  }

  const many = { timeout: 30_000 }
  test('[markdown] depends on the open block, not on the length of the text', many, () => {
    const long = lexedPerStep(answer(20_000), 33)
    const longer = lexedPerStep(answer(40_000), 33)
    expect(long).toBeLessThan(2_500)
    expect(longer / long).toBeLessThan(1.1)
  })

  /** Each is one block to its end, so its blocks are asked for again; its inline texts are not. */
  test.each([
    ['list', '- **item** with `code`, a [link](https://example.com) and words to read on\n'],
    ['table', '| **row** | `code` | a [link](https://example.com) |\n'],
    ['quote', '> **words** in a line of their own\n>\n'],
  ])('[markdown] a long %s is lexed inline where it grows', many, (kind, line) => {
    const head = kind === 'table' ? '| a | b | c |\n|---|---|---|\n' : ''
    const lines = Array.from({ length: 6_000 / line.length }, (_, index) =>
      line.replace(/w(?=o)/, `${index} w`),
    )
    const text = `${head}${lines.join('')}`
    const inline = vi.spyOn(Lexer.prototype, 'inlineTokens')
    const steps = stream(text, 33)
    const characters = inline.mock.calls.reduce((sum, [source]) => sum + source.length, 0)
    expect(steps.at(-1)?.blocks).toHaveLength(1)
    expect(characters / steps.length).toBeLessThan(3 * line.length)
    vi.restoreAllMocks()
    expect(meaning(splitBlocks(steps.at(-1) ?? emptySplit, text, false).blocks)).toBe(
      meaning(oneShot(text).blocks),
    )
  })

  test('[markdown] a finished block keeps its identity to the end', () => {
    const text = answer(20_000)
    const steps = stream(text, 33)
    const last = splitBlocks(steps.at(-1) ?? emptySplit, text, false)
    const finished = steps.flatMap((step) => step.finished.flatMap((chunk) => chunk.blocks))
    expect(finished.filter((block) => last.blocks[block.key] !== block)).toEqual([])
    expect(finished.length).toBeGreaterThan(10_000)
  })
})

describe('hostile text', () => {
  test.each([
    ['quotes', '>'.repeat(50_000)],
    [
      'items',
      '- a\n'
        .repeat(1)
        .concat(Array.from({ length: 400 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n')),
    ],
    ['brackets', '['.repeat(20_000)],
    ['open marks', '**a '.repeat(10_000)],
    ['nested marks', `${'*_'.repeat(10_000)}a${'_*'.repeat(10_000)}`],
    ['words with underscores', '_a'.repeat(50_000)],
  ])('[safe text] %s are shown, not followed into the depth', (_name, text) => {
    splitBlocks(emptySplit, text, true)
    expect(oneShot(text).blocks.length).toBeGreaterThan(0)
    expect(html(text).length).toBeGreaterThan(text.length / 2)
  })
})
