import '../../styles/styles.css'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { Markdown } from '../../markdown/Markdown.tsx'

/** A part that grows, in a feed that is live, and the texts that the mark of growth ends. */
async function showGrowing(text: string) {
  const { container } = await render(
    <div className="sk-feed" data-live="">
      <div className="sk-part" data-streaming="">
        <Markdown text={text} streaming />
      </div>
    </div>,
  )
  const find = (selector: string) => container.querySelector<HTMLElement>(selector) as HTMLElement
  const marked = () =>
    [...container.querySelectorAll('*')]
      .filter((element) => getComputedStyle(element, '::after').content === '""')
      .map((element) => `${element.localName} ${element.textContent}`)
  return { feed: find('.sk-feed'), part: find('.sk-part'), root: find('.sk-markdown'), marked }
}

test.each([
  ['a paragraph', 'a\n\nb', ['p b']],
  ['a heading', '# a', ['h3 a']],
  ['a paragraph after a list', '- a\n- b\n\nc', ['p c']],
  ['a tight list', '- a\n- b **c**', ['li b c']],
  ['a loose list', '- a\n\n  b\n\n- c\n\n  d', ['p d']],
  ['a nested list', '- a\n  - b\n    1. c', ['li c']],
  ['an item after a nested list', '- a\n  - b\n- c', ['li c']],
  ['a nested loose list', '- a\n\n  - b\n\n  - c', ['p c']],
  ['tasks', '- [x] a\n- [ ] b', ['li b']],
  ['a quote', '> a\n>\n> b', ['p b']],
  ['a list in a quote', '> a\n> - b\n> - c', ['li c']],
  ['a quote in an item', '- a\n\n  > b', ['p b']],
  ['code in an item', '- a\n\n  ```\n  b\n  ```', []],
  ['code', 'a\n\n```\nb', []],
  ['a table in an item', '- a\n\n  | b |\n  |---|\n  | c |', []],
  ['a table', 'a\n\n| b |\n|---|\n| c |', []],
])('where %s grows is marked at its last text, and takes no room', async (_what, text, ends) => {
  const { part, root, marked } = await showGrowing(text)
  expect(marked()).toEqual(ends)
  const height = root.offsetHeight
  part.removeAttribute('data-streaming')
  expect([marked(), root.offsetHeight]).toEqual([[], height])
})

test('the mark breaks no line, however full that is', async () => {
  const { part, root } = await showGrowing('one two three four')
  const heights = () =>
    Array.from({ length: 120 }, (_, more) => {
      root.style.inlineSize = `${60 + more}px`
      return root.offsetHeight
    })
  const growing = heights()
  part.removeAttribute('data-streaming')
  expect(growing).toEqual(heights())
  expect(new Set(growing).size).toBeGreaterThan(2)
})

test('nothing is marked while the line is lost', async () => {
  const { feed, marked } = await showGrowing('a')
  feed.removeAttribute('data-live')
  expect(marked()).toEqual([])
})
