import axe from 'axe-core'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { Markdown, type MarkdownProps } from './Markdown.tsx'
import { renderBlock } from './renderBlock.tsx'
import { renderInline } from './renderInline.tsx'
import '../styles/styles.css'

vi.mock(import('./renderBlock.tsx'), { spy: true })
vi.mock(import('./renderInline.tsx'), { spy: true })

beforeEach(() => vi.clearAllMocks())
afterEach(() => vi.unstubAllGlobals())

async function show(text: string, props: Omit<MarkdownProps, 'text'> = {}) {
  const { container, rerender } = await render(<Markdown text={text} {...props} />)
  const root = container.firstElementChild as HTMLElement
  return {
    root,
    find: (selector: string) => root.querySelector<HTMLElement>(selector),
    again: (next: string, more: Omit<MarkdownProps, 'text'> = props) =>
      rerender(<Markdown text={next} {...more} />),
  }
}

const elements = `# One

A **b** *c* ~~d~~ \`e\` [f](/g "h") &amp; \\*
i${'  '}
j

> k

1. l
   - m
2. n

- [ ] o
- [x] p

| q | r |
|:--|--:|
| s | t |

***

\`\`\`js x
u
\`\`\`
`

describe('elements', () => {
  test('[markdown] each construct becomes its element', async () => {
    const { root, find } = await show(elements)
    const tags = [...root.children].map((child) => child.localName)
    expect(tags).toEqual(['h3', 'p', 'blockquote', 'ol', 'ul', 'div', 'hr', 'div'])
    expect(find('p')?.innerHTML).toBe(
      'A <strong>b</strong> <em>c</em> <del>d</del> <code class="sk-md-code" dir="ltr">e</code> ' +
        '<a href="/g" title="h" rel="noopener noreferrer nofollow">f</a> &amp; *\ni<br>j',
    )
    expect(find('ol > li > ul > li')?.textContent).toBe('m')
    const boxes = [...root.querySelectorAll('input')].map((box) => [box.checked, box.disabled])
    expect(boxes).toEqual([
      [false, true],
      [true, true],
    ])
    expect(find('td:last-child')?.style.textAlign).toBe('right')
    expect(find('pre')?.textContent).toBe('u')
  })

  test('[markdown] headings stay below the page title, and below six', async () => {
    const { root } = await show('# a\n\n###### b', { headingOffset: 1 })
    expect([...root.children].map((child) => child.localName)).toEqual(['h2', 'h6'])
  })

  test('[markdown] native props reach the root, the language of an answer among them', async () => {
    const { root } = await show('Hallo', { lang: 'de', id: 'a', className: 'b', style: { top: 1 } })
    expect(root.outerHTML).toBe(
      '<div class="sk-markdown b" lang="de" id="a" style="top: 1px;"><p dir="auto">Hallo</p></div>',
    )
  })

  test('[markdown] text decides its direction, code is left to right', async () => {
    const { root, find } = await show('שלום\n\n- שלום\n\n  עוד\n\n> שלום\n\n```\nשלום\n```')
    const direction = (selector: string) => getComputedStyle(find(selector) ?? root).direction
    expect(direction('p')).toBe('rtl')
    expect(direction('li')).toBe('rtl')
    expect(direction('li p:last-child')).toBe('rtl')
    expect(direction('blockquote p')).toBe('rtl')
    expect(direction('pre')).toBe('ltr')
  })

  test.each([
    ['rtl', '| one | اثنان |', 'ltr'],
    ['ltr', '| **1** واحد | two |', 'rtl'],
    ['rtl', '| 1 | 2 |', 'rtl'],
  ] as const)(
    '[markdown] in a page that is %s the head %s runs %s, from where its text begins',
    async (dir, head, runs) => {
      const text = runs === 'ltr' ? 'b' : 'ب'
      const { find } = await show(`${text}\n\n${head}\n|---|---|\n| ب | c |`, { dir })
      const left = (selector: string) => find(selector)?.getBoundingClientRect().left ?? 0
      const order = left('th:first-child') < left('th:last-child') ? 'ltr' : 'rtl'
      expect(order).toBe(runs)
      const edge = runs === 'ltr' ? 'left' : 'right'
      const start = (selector: string) =>
        Math.round(find(selector)?.getBoundingClientRect()[edge] ?? 0)
      expect(start('.sk-md-table')).toBe(start('p'))
    },
  )

  test('[markdown] code at the end of an item keeps its distance from the next', async () => {
    const { root, find } = await show('- a\n\n  ```\n  b\n  ```\n- c\n\n  ```\n  d\n  ```')
    const end = (element: Element | null) => element?.getBoundingClientRect().bottom ?? 0
    const [first, last] = root.querySelectorAll('.sk-md-block')
    const next = find('li + li')?.getBoundingClientRect().top ?? 0
    expect(next - end(first as Element)).toBe(12)
    expect(end(root) - end(last as Element)).toBe(0)
  })

  test('[markdown] nothing for axe to find', async () => {
    const { root } = await show(elements)
    const found = await axe.run(root, { rules: { region: { enabled: false } } })
    expect(found.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
  })
})

describe('safe text', () => {
  test('[T21][safe text] HTML is shown, never made', async () => {
    const hostile =
      '<script>window.hit = 1</script>\n\n<img src=x onerror="window.hit = 1">\n\n' +
      'a <b onclick="x">b</b> <svg/onload=alert(1)>\n\n```"><img src=x>\ncode\n```\n\n' +
      '[a](/b "x\\" onclick=\\"y") ![<i>](c)'
    const { root } = await show(hostile)
    expect(root.querySelector('script, img, svg, b, i')).toBeNull()
    const names = [...root.querySelectorAll('*')].flatMap((element) => element.getAttributeNames())
    expect(names.filter((name) => name.startsWith('on'))).toEqual([])
    expect(root.textContent).toContain('<script>window.hit = 1</script>')
    expect(root.textContent).toContain('<b onclick="x">b</b>')
    expect(window).not.toHaveProperty('hit')
  })

  test.each([
    '[x](javascript:alert(1))',
    '[x](JAVASCRIPT:alert(1))',
    '[x](<java\tscript:alert(1)>)',
    '[x](&#106;avascript:alert(1))',
    '[x](&#x01;javascript:alert(1))',
    '[x](java&#10;script:alert(1))',
    '[x](data:text/html;base64,AAAA)',
    '[x](vbscript:msgbox)',
    '<javascript:alert(1)>',
    '![x](javascript:alert(1))',
    '![x](data:image/svg+xml,<svg/onload=alert(1)>)',
    '[x][y]\n\n[y]: javascript:alert(1)',
  ])('[safe text] no link for %s', async (text) => {
    const { find } = await show(text, { images: true })
    expect(find('a, img')).toBeNull()
  })

  test.each(['[x](javascript&colon;alert(1))', '[x](java&Tab;script:alert(1))'])(
    '[safe text] %s leads nowhere else than to this site',
    async (text) => {
      const { find } = await show(text)
      const link = find('a') as HTMLAnchorElement | null
      expect(link?.protocol ?? location.protocol).toBe(location.protocol)
    },
  )

  test('[safe text] foreign links open apart, and all are marked', async () => {
    const { root } = await show('[a](https://a.b) [c](/d) [e](#f) [g](mailto:h@i.j) https://k.l')
    const links = [...root.querySelectorAll('a')].map((link) => [link.target, link.rel])
    const rel = 'noopener noreferrer nofollow'
    expect(links).toEqual([
      ['_blank', rel],
      ['', rel],
      ['', rel],
      ['', rel],
      ['_blank', rel],
    ])
  })

  test('[safe text] images load only where allowed', async () => {
    const text = '![one](https://a.invalid/1.png) [![two](https://b.invalid/2.png)](/c)'
    const { root, again } = await show(text)
    expect(root.querySelector('img')).toBeNull()
    expect([...root.querySelectorAll('a')].map((link) => link.textContent)).toEqual(['one', 'two'])
    await again(text, { images: (url) => url.startsWith('https://a.invalid/') })
    const [image, ...others] = root.querySelectorAll('img')
    expect(image?.alt).toBe('one')
    expect(image?.referrerPolicy).toBe('no-referrer')
    expect(others).toEqual([])
  })
})

describe('code', () => {
  test('[markdown] the button copies and says so politely', async () => {
    const writeText = vi.fn(async (_text: string) => {})
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    const { find } = await show('```ts\nconst a = 1\n```')
    const button = find('button') as HTMLButtonElement
    expect(button.textContent).toBe('Copy code')
    expect(button.getBoundingClientRect().height).toBeGreaterThanOrEqual(24)
    button.click()
    await expect.poll(() => find('[role=status]')?.textContent).toBe('Copied')
    expect(writeText.mock.calls).toEqual([['const a = 1']])
  })

  test('[markdown] a page without a clipboard says that copying failed', async () => {
    vi.stubGlobal('navigator', {})
    const { find } = await show('```\na\n```', { strings: { copyFailed: 'ging nicht' } })
    find('button')?.click()
    await expect.poll(() => find('[role=status]')?.textContent).toBe('ging nicht')
  })

  test('[markdown] what scrolls is a stop for the keyboard, what fits is not', async () => {
    const wide = `\`\`\`ts\n${'wide '.repeat(100)}\n\`\`\`\n\n| a |\n|---|\n| ${'w'.repeat(400)} |`
    const { find, again } = await show(wide)
    await expect.poll(() => find('pre')?.tabIndex).toBe(0)
    await expect.poll(() => find('.sk-md-table')?.tabIndex).toBe(0)
    await userEvent.tab()
    await userEvent.tab()
    expect(document.activeElement).toBe(find('pre'))
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Code, ts')
    await again('```ts\nnarrow\n```\n\n| a |\n|---|\n| b |')
    await expect.poll(() => find('pre')?.hasAttribute('tabindex')).toBe(false)
    await expect.poll(() => find('.sk-md-table')?.hasAttribute('tabindex')).toBe(false)
  })

  test('[markdown] a highlighter draws finished blocks only', async () => {
    const highlight = vi.fn((code: string, language: string): ReactNode => `${language}:${code}`)
    const { find, again } = await show('```js\na', { highlight, streaming: true })
    expect(find('pre')?.textContent).toBe('a')
    expect(highlight).not.toHaveBeenCalled()
    await again('```js\na\n```\n\nb', { highlight, streaming: true })
    expect(find('pre')?.textContent).toBe('js:a')
  })

  test('[markdown] renderers replace code and links', async () => {
    const renderers: MarkdownProps['renderers'] = {
      code: ({ code, language, open }) => <output>{`${language} ${code} ${open}`}</output>,
      link: ({ href, foreign, children }) => <i data-to={`${href} ${foreign}`}>{children}</i>,
    }
    const { root } = await show('[a](/b)\n\n```js\nc\n```', { renderers })
    expect(root.querySelector('i')?.dataset.to).toBe('/b false')
    expect(root.querySelector('output')?.textContent).toBe('js c false')
  })
})

describe('growing text', () => {
  const section = `${elements}\n${'Some words in a paragraph, **bold** now and then. '.repeat(8)}\n\n`

  const many = { timeout: 30_000 }
  test('[markdown] a piece renders the open blocks, however long the text is', many, async () => {
    const text = section.repeat(Math.ceil(20_000 / section.length)).slice(0, 20_000)
    const { root, again } = await show('', { streaming: true })
    const perStep: number[] = []
    for (let at = 40; at <= text.length; at += 40) {
      vi.mocked(renderBlock).mockClear()
      await again(text.slice(0, at))
      perStep.push(vi.mocked(renderBlock).mock.calls.length)
    }
    const half = perStep.length / 2
    const mean = (steps: number[]) => steps.reduce((sum, count) => sum + count, 0) / steps.length
    expect(Math.max(...perStep)).toBeLessThanOrEqual(8)
    expect(mean(perStep)).toBeLessThan(3)
    expect(mean(perStep.slice(half)) / mean(perStep.slice(0, half))).toBeLessThan(1.2)

    await again(text, { streaming: false })
    const { root: whole } = await show(text)
    expect(root.innerHTML).toBe(whole.innerHTML)
  })

  test('[markdown] a list that grows renders what grows', async () => {
    const link = vi.fn<NonNullable<NonNullable<MarkdownProps['renderers']>['link']>>(
      ({ children }) => children,
    )
    const renderers = { link }
    const line = '- [x](/y) in words\n- [ ] in words\n'
    const { root, again } = await show(line.repeat(100), { streaming: true, renderers })
    await again(`${line.repeat(100)}- [`, { streaming: true, renderers })
    link.mockClear()
    await again(`${line.repeat(100)}- [x](/y) and`, { streaming: true, renderers })
    expect(root.querySelectorAll('li')).toHaveLength(201)
    expect(link.mock.calls.length).toBeLessThanOrEqual(4)
  })

  test.each([
    ['table', '| a | b |\n|---|---|\n', '| **one** | two words |\n', 'tr'],
    ['list', '', '- **one** and [two](/x)\n', 'li'],
    ['list of tasks', '', '- [x] **one** and two\n', 'li'],
    ['numbered list', '', '1. **one** and two\n   - three\n', 'ol > li'],
  ])('[markdown] of a %s of 20,000 characters a token draws one', async (_, head, line, drawn) => {
    const text = head + line.repeat(20_000 / line.length)
    const { root, again } = await show(text, { streaming: true })
    const kept = [...root.querySelectorAll(drawn)].slice(0, -1)
    const calls: number[] = []
    for (let at = 1; at <= line.length; at++) {
      vi.mocked(renderInline).mockClear()
      await again(text + line.slice(0, at))
      calls.push(vi.mocked(renderInline).mock.calls.length)
    }
    expect(kept.length).toBeGreaterThan(400)
    // Two rows or items at most, of two texts at most, and in strict mode each twice.
    expect(Math.max(...calls)).toBeLessThanOrEqual(8)
    expect(calls.some((count) => count > 0)).toBe(true)
    expect([...root.querySelectorAll(drawn)].slice(0, kept.length)).toEqual(kept)
  })

  test('[markdown] a link that is defined below reaches the rows and items above', async () => {
    const text = '- [one]\n- b\n\n| [one] |\n|---|\n| [one] |\n'
    const { root, again } = await show(text, { streaming: true })
    expect(root.querySelectorAll('a')).toHaveLength(0)
    await again(`${text}\n[one]: /x\n`, { streaming: false })
    expect([...root.querySelectorAll('li a, th a, td a')]).toHaveLength(3)
  })

  test('[markdown] finished elements stay in the page', async () => {
    const { root, again } = await show('first\n\nsecond\n\nth', { streaming: true })
    const [first] = root.children
    const third = root.children[2]
    await again('first\n\nsecond\n\nthird and more\n\nfourth', { streaming: true })
    expect(root.children[0]).toBe(first)
    expect(root.children[2]).toBe(third)
    await again('first\n\nsecond\n\nthird and more\n\nfourth', { streaming: false })
    expect(root.children[2]).toBe(third)
  })

  test.each([
    'Some **bold** and `code`, a [link](https://x.y/a_b) and *em*, ***both***, ~~gone~~ end.',
    'A list:\n- one **two**\n- [ ] three\n  - four `five`\n1. six\n\nText after *it*.',
    'See ![pic](https://a/b.png) and **[label](/c)** then\n## Head *ing*\n> quote **q** end',
    'Para:\n```js\nconst a = `1`\n```\nAfter the `code` block.',
    'Table:\n\n| a | **b** |\n|---|:-:|\n| `c` | [d](/e) |\n\nDone.',
    'Heading\n===\n\ntext <https://e.com/x> and snake_case_word 2 * 3 end',
  ])('[markdown] no half syntax flashes by: %j', async (text) => {
    const { root, again } = await show('', { streaming: true, strings: { copy: '' } })
    const letters = () => (root.textContent ?? '').replace(/\s+/g, '')
    let shown = ''
    for (let at = 1; at <= text.length; at += 1) {
      await again(text.slice(0, at))
      expect(letters().startsWith(shown), `${shown} became ${letters()}`).toBe(true)
      shown = letters()
    }
    await again(text, { streaming: false, strings: { copy: '' } })
    expect(letters()).toBe(shown)
  })
})
