import { createRef } from 'react'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { ComposerInput } from '../Composer/ComposerParts.tsx'
import { ComposerRoot } from '../Composer/ComposerRoot.tsx'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { FeedList } from '../MessageFeed/FeedList.tsx'
import { FeedRoot } from '../MessageFeed/FeedRoot.tsx'
import { FeedViewport } from '../MessageFeed/FeedViewport.tsx'
import { type PartProps, renderPart } from './renderPart.ts'

interface State {
  atEnd: boolean
  phase: string
}

const state: State = { atEnd: true, phase: 'live' }
const Box = (props: PartProps<'div', State>) =>
  renderPart<'div', State>('div', 'sk-box', props, state, {
    children: 'own',
    style: { color: 'red' },
    onClick: (event) => event.currentTarget.setAttribute('data-own-click', ''),
  })

const boxOf = (container: Element) => container.querySelector('.sk-box') as HTMLElement

test('one element with the class, the state as data attributes, and native props', async () => {
  const { container } = await render(<Box id="a" aria-label="named" data-mine="1" />)
  expect(boxOf(container).outerHTML).toBe(
    '<div class="sk-box" id="a" aria-label="named" data-mine="1" data-at-end="" data-phase="live" style="color: red;">own</div>',
  )
})

test('class and style are added, as values or as functions of the state', async () => {
  const { container } = await render(
    <Box
      className={({ phase }) => `is-${phase}`}
      style={({ atEnd }) => ({ opacity: atEnd ? 1 : 0 })}
    />,
  )
  expect(boxOf(container).className).toBe('sk-box is-live')
  expect(boxOf(container).style.cssText).toBe('color: red; opacity: 1;')
})

test('`render` takes another element, whose props stay its own', async () => {
  const { container } = await render(<Box render={<section className="x">theirs</section>} />)
  expect(boxOf(container).tagName).toBe('SECTION')
  expect(boxOf(container).className).toBe('sk-box x')
  expect(boxOf(container).textContent).toBe('theirs')
})

test('`render` as a function gets props and state', async () => {
  const { container } = await render(
    <Box render={(props, { phase }) => <main {...props}>{phase}</main>} />,
  )
  expect(boxOf(container).tagName).toBe('MAIN')
  expect(boxOf(container).textContent).toBe('live')
})

test('a handler of the user runs first and can call the kit’s off', async () => {
  const order: string[] = []
  const { container, rerender } = await render(<Box onClick={() => order.push('user')} />)
  boxOf(container).click()
  expect(order).toEqual(['user'])
  expect(boxOf(container).hasAttribute('data-own-click')).toBe(true)
  boxOf(container).removeAttribute('data-own-click')
  await rerender(<Box onClick={(event) => event.preventDefault()} />)
  boxOf(container).click()
  expect(boxOf(container).hasAttribute('data-own-click')).toBe(false)
})

test('a ref on the element of `render` reaches it, beside that of the kit', async () => {
  const bench = openBench()
  const session = createSession(bench.options)
  const input = createRef<HTMLTextAreaElement>()
  const list = createRef<HTMLOListElement>()
  const seen: (Element | null)[] = []
  const box = (element: Element | null) => void seen.push(element)
  const page = (
    <SessionProvider session={session}>
      <FeedRoot>
        <FeedViewport style={{ blockSize: 100, overflow: 'auto' }}>
          <FeedList render={<ol ref={list} />} />
        </FeedViewport>
      </FeedRoot>
      <ComposerRoot>
        <ComposerInput render={<textarea ref={input} />} />
      </ComposerRoot>
      <Box render={<section ref={box} />} />
    </SessionProvider>
  )
  const { rerender, unmount } = await render(page)
  await bench.pass(100)
  expect(list.current?.className).toBe('sk-feed-list')
  expect(input.current?.className).toBe('sk-composer-input')
  // The feed follows its end only where the kit has its own ref to the list.
  for (let i = 0; i < 20; i++) bench.room.post('a row')
  await bench.pass(500)
  const viewport = list.current?.parentElement as HTMLElement
  expect(viewport.scrollTop).toBeGreaterThan(0)
  const before = seen.length
  await rerender(page)
  expect(seen.length).toBe(before)
  await unmount()
  expect(seen.at(-1)).toBe(null)
  expect([list.current, input.current]).toEqual([null, null])
  session.close()
})

test('a part outside of its root says what to write', async () => {
  const failure = render(<ComposerInput />)
  await expect(failure).rejects.toThrow('<ComposerRoot><ComposerInput /></ComposerRoot>')
})
