/**
 * What a text costs: no more than in proportion to its length, whatever it is made of. Measured in processor
 * time of this process and beside plain prose of the same length, so that no machine is too slow.
 */
import { expect, test } from 'vitest'
import { closeOpenSyntax } from './closeOpenSyntax.ts'
import { lexChunk, noLinks } from './lexChunk.ts'
import { createBlockSplitter } from './splitBlocks.ts'

const length = 2_000

const characters = [...'*_~`[]()<>!#-+|:\\&"\'=\n\ta1.@/ ^é']

const syntaxes = [
  ...[
    '**a ',
    '*a_ ',
    '*a **b ',
    'a**b',
    '*_',
    '**a** ',
    '~~a ',
    '`a``b',
    '\\*',
    '\\\n',
    '!.',
    '=!',
  ],
  ...['[a](', '](', '![', '[a]', '[a][', '[^1]', '[a]: b\n', '[a]: "', '[]('],
  ...['<a ', '<!--', '<b>', '</b>', '<a b="', '&amp;', '&!'],
  ...['http://', 'www.', 'a@b.', 'a@', 'a.', 'mailto:', 'xmpp:a@', 'a_', 'a-'],
  ...[
    '- ',
    '1. ',
    '> ',
    '| a ',
    '```',
    '~~~',
    '\n\n',
    '- a\n',
    '- [ ] ',
    '    a\n',
    'a\n',
    'a|b\n',
  ],
]

function work(text: string): number {
  const before = process.cpuUsage().user
  closeOpenSyntax(text)
  createBlockSplitter()(text, true)
  createBlockSplitter()(text, false)
  return process.cpuUsage().user - before
}

/** The least of several tries: what else the process and the machine did meanwhile is not in it. */
function least(text: string, enough: number, most = 5): number {
  let least = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < most && least > enough; tries++) least = Math.min(least, work(text))
  return least
}

/** No two lines are the same: what was lexed once is not lexed again. */
const prose = Array.from(
  { length: (4 * length) / 60 },
  (_, line) => `Line ${line} has **bold** words and \`code\`, and _it_ goes on.\n\n`,
).join('')

// A square would make it sixteen times the work; half of that is far from both.
test.each([
  ['', ''],
  ['', 'a'],
  ['- a\n', ''],
  ['http://a', ''],
  ['|a|\n|-|\n|', ''],
])(
  '[safe text] four times the text is four times the work: %j … %j',
  { timeout: 120_000 },
  (before, after) => {
    const dear = 6 * least(prose, 0)
    const found: string[] = []
    for (const unit of [...characters, ...syntaxes]) {
      const text = (size: number) => before + unit.repeat(size / unit.length) + after
      if (least(text(4 * length), dear) <= dear) continue
      // A busy machine slows either; what is really too much stays so however often it is tried.
      const bound = Math.max(dear, 8 * least(text(length), 0))
      if (least(text(4 * length), bound, 60) > bound) found.push(unit)
    }
    expect(found).toEqual([])
  },
)

test.each([
  '10888869450418352160768000000 is',
  `${'1'.repeat(60_000)} is`,
  `${'- '.repeat(30_000)}a`,
  `${' '.repeat(60_000)}a`,
  `${'> '.repeat(30_000)}a`,
])('[safe text] a line that is no list is decided in one pass: %#', (line) => {
  expect(closeOpenSyntax(`a\n${line}`).length).toBeGreaterThan(line.length - 2)
})

test('[markdown] bounds don’t touch what people write', () => {
  const inline = (text: string) => {
    const [block] = lexChunk(text, noLinks).tokens
    return block && 'tokens' in block ? block.tokens?.map(({ type }) => type) : []
  }
  const word = 'a'.repeat(300)
  expect(inline(`${word} me@x.test ${word}`)).toEqual(['text', 'link', 'text'])
  expect(inline(`https://x.test/?q=${'a'.repeat(1_500)} b`)).toEqual(['link', 'text'])
  expect(inline(`https://x.test/?q=${'a'.repeat(3_000)} b`)).toEqual(['text'])
  const long = '*em* and **strong** in words with snake_case. '.repeat(150)
  expect(new Set(inline(long))).toEqual(new Set(['em', 'text', 'strong']))
  expect(inline(long)?.filter((type) => type !== 'text')).toHaveLength(300)
})
