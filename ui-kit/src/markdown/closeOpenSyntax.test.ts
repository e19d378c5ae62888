import { describe, expect, test } from 'vitest'
import { closeOpenSyntax } from './closeOpenSyntax.ts'

describe('[markdown] what is open is closed', () => {
  test.each([
    ['a **b', 'a **b**'],
    ['a **b ', 'a **b**'],
    ['a **b*', 'a **b**'],
    ['a ***b', 'a ***b***'],
    ['a **b *c', 'a **b *c***'],
    ['a **b *c* d', 'a **b *c* d**'],
    ['a **b *c*', 'a **b *c***'],
    ['a **b *c* ', 'a **b *c***'],
    ['a **b `c', 'a **b `c`**'],
    ['a __b', 'a __b__'],
    ['a ~~b~', 'a ~~b~~'],
    ['a `b', 'a `b`'],
    ['a ``b` c', 'a ``b` c``'],
    ['a **`b', 'a **`b`**'],
    ['a **b\n', 'a **b**'],
    ['- **b', '- **b**'],
    ['# a *b', '# a *b*'],
    ['> a *b', '> a *b*'],
    ['| a |\n|---|\n| **b', '| a |\n|---|\n| **b**'],
    ['```js\na **b', '```js\na **b'],
  ])('%j', (source, shown) => {
    expect(closeOpenSyntax(source)).toBe(shown)
  })
})

describe('[markdown] what could become anything is held back', () => {
  test.each([
    ['a *', 'a '],
    ['a **', 'a '],
    ['a `', 'a '],
    ['a\\', 'a'],
    ['a **[', 'a'],
    ['a **b *[', 'a **b**'],
    ['A | B\n--', 'A | B\n'],
    ['a [b', 'a b'],
    ['a [b]', 'a b'],
    ['a [b](https://exam', 'a b'],
    ['a [**b', 'a **b**'],
    ['a [b][c', 'a b'],
    ['a !', 'a '],
    ['a ![b](c', 'a b'],
    ['a <https://exam', 'a https://exam'],
    ['a\n\n[1', 'a\n\n'],
    ['[1]: ', ''],
    ['a\n-', 'a\n'],
    ['a\n- ', 'a\n'],
    ['a\n- [x] ', 'a\n'],
    ['a\n==', 'a\n'],
    ['a\n1.', 'a\n'],
    ['a\n##', 'a\n'],
    ['a\n``', 'a\n'],
    ['```j', '```'],
    ['```js\na\n``', '```js\na'],
    ['> ```\n> a\n> `', '> ```\n> a'],
    ['| a | b', ''],
    ['| a | b |\n', '| a | b |\n| --- | --- |'],
    ['| a \\| b |\n|-', '| a \\| b |\n| --- |'],
  ])('%j', (source, shown) => {
    expect(closeOpenSyntax(source)).toBe(shown)
  })
})

describe('[markdown] what is decided stays', () => {
  test.each([
    'plain text',
    'a **b** *c* `d` [e](f) ~~g~~ ',
    'snake_case and arr[0',
    '2 * 3 and 5 ~ 6',
    'about ~5 minutes',
    'a [b] c',
    'Hello!',
    'a **b\n\n',
    '~~~\n```\n',
    '- [ ] a',
    '---\n\n',
    '```\na\n```\n\n',
  ])('%j', (source) => {
    expect(closeOpenSyntax(source)).toBe(source)
  })
})
