/** Long items and many definitions: each line is looked at a few times, and means what it meant. */
import { Lexer } from 'marked'
import { expect, test, vi } from 'vitest'
import { lexBlockTokens, lexChunk, noLinks } from './lexChunk.ts'

/** Characters of the texts that are asked for their end or for a line end: each time they are copied. */
function copiedIn(text: string): number {
  const spies = (['endsWith', 'includes'] as const).map((name) => vi.spyOn(String.prototype, name))
  lexBlockTokens(text)
  const asked = spies.flatMap(({ mock }) => mock.contexts)
  vi.restoreAllMocks()
  return asked.reduce<number>((sum, context) => sum + String(context).length, 0)
}

test.each([
  ['under its text', '  some words\n'],
  ['further out', 'some words\n'],
  ['further out, now and then', 'some words\n  and more\n'],
])('[markdown] twice as many lines %s are not four times the work', (_, lines) => {
  const item = (count: number) => `- one\n${lines.repeat(count)}`
  expect(copiedIn(item(4_000))).toBeLessThanOrEqual(2.5 * copiedIn(item(2_000)))
})

/** Characters that are looked through for definitions. */
function soughtIn(text: string): number {
  const exec = vi.spyOn(Lexer.rules.block.gfm.def, 'exec')
  const search = vi.spyOn(String.prototype, 'search')
  lexBlockTokens(text)
  const sought = [...exec.mock.calls.map(([source]) => source), ...search.mock.contexts]
  vi.restoreAllMocks()
  return sought.reduce<number>((sum, source) => sum + String(source).length, 0)
}

test.each([
  ['', '[a]: /u\n'],
  ['', '[a]: /u "b"\n'],
  ['', '[a]: /u\n"b\n'],
  ['', '[a]: /u\n\n'],
  ['- a\n', '  [a\n'],
])('[markdown] twice as many definitions are not four times the work: %j %j', (before, lines) => {
  const text = (count: number) => before + lines.repeat(count)
  expect(soughtIn(text(2_000))).toBeGreaterThan(0)
  expect(soughtIn(text(4_000))).toBeLessThanOrEqual(2.5 * soughtIn(text(2_000)))
})

test('[markdown] a definition has at most 32 lines, however long they are', () => {
  const defined = (text: string) => Object.values(lexChunk(text, noLinks).links)
  const address = `/${'u'.repeat(100_000)}`
  expect(defined(`[a]: ${address}\nwords\n`)).toEqual([{ href: address }])
  const title = (count: number) => 'b\n'.repeat(count - 1)
  expect(defined(`[a]: /u "${title(32)}"\nwords\n`)).toEqual([{ href: '/u', title: title(32) }])
  expect(defined(`[a]: /u "${title(33)}"\nwords\n`)).toEqual([])
})

const lines = [
  ...['word', '  two words', '      deep', '\tdeep', '', '*em* b', '<b>c', '2. no item'],
  ...['- item', '  - item', '1. item', '> quote', '# head', '***', '---', '===', '```', '~~~'],
  ...['a | b', '-|-', '[l]: /u', '<div>', '<!-- c -->'],
]

test('[markdown] lines that come together are those that marked joins', () => {
  const plain = (text: string) => {
    const lexer = new Lexer({ gfm: true })
    return lexer.blockTokens(text, lexer.tokens)
  }
  for (const one of lines)
    for (const two of lines)
      for (const between of ['', '  words\n']) {
        const text = `- first\n${one}\n${between}${two}\n  last\n`
        expect(JSON.stringify(lexBlockTokens(text)), text).toBe(JSON.stringify(plain(text)))
      }
})

test('[markdown] after 256 lines further out than its text an item ends', () => {
  const types = (count: number) =>
    lexChunk(`- one\n${'words\n'.repeat(count)}`, noLinks).tokens.map(({ type }) => type)
  expect(types(256)).toEqual(['list'])
  expect(types(257)).toEqual(['list', 'paragraph'])
})
