/** The reader's place inside a message that is taller than the view. */

import '../../styles/styles.css'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openLongFeed, openLongSession } from '../../../scripts/openLongFeed.tsx'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { FeedList } from './FeedList.tsx'
import { FeedRoot } from './FeedRoot.tsx'
import { FeedViewport } from './FeedViewport.tsx'
import type { PartRenderers } from './PartRenderers.ts'

const topOf = (element: Element) => element.getBoundingClientRect().top

/** Pictures at the top, in the middle and near the end of one long answer. */
const renderers: PartRenderers = {
  text: ({ part }) =>
    part.text === 'tall' ? (
      <div>
        {Array.from({ length: 90 }, (_, line) => `Line ${line}`).map((words, line) => (
          <div key={words}>
            {line % 30 === 5 && <img alt="" style={{ display: 'block', blockSize: 0 }} />}
            <p style={{ margin: 0, padding: '4px 0' }}>{words}</p>
          </div>
        ))}
      </div>
    ) : (
      part.text
    ),
}

const ways = [true, false].flatMap((native) =>
  [true, false].flatMap((virtual) => [{ native, virtual }]),
)

test.each(ways)(
  'pictures inside the message that is read move no line, anchoring of the browser: $native, virtual: $virtual',
  async ({ native, virtual }) => {
    const { room, pass, viewport, scrollBy } = await openLongFeed(30, {
      native,
      virtual,
      renderers,
    })
    room.post('tall', 'Ada')
    await pass(100)
    const lines = [...viewport.querySelectorAll('p')].filter((p) => p.textContent?.match(/^Line/))
    const read = lines[45] as HTMLElement
    await scrollBy(topOf(read) - topOf(viewport) - 10)
    const before = topOf(read)
    for (const image of viewport.querySelectorAll('img')) {
      for (const px of [90, 160]) {
        image.style.blockSize = `${px}px`
        await pass(30)
        expect(Math.abs(topOf(read) - before)).toBeLessThanOrEqual(1)
      }
    }
    room.post('one more', 'Ada')
    await pass(50)
    expect(Math.abs(topOf(read) - before)).toBeLessThanOrEqual(1)
  },
)

test.each(ways)(
  'what is read in a part that scrolls by itself holds no place, anchoring of the browser: $native, virtual: $virtual',
  async ({ native, virtual }) => {
    const { room, pass, viewport, scrollBy } = await openLongFeed(30, {
      native,
      virtual,
      renderers: {
        text: ({ part }) =>
          part.text === 'box' ? (
            <div className="box" style={{ blockSize: 900, overflow: 'auto' }}>
              {Array.from({ length: 200 }, (_, line) => `Line ${line}`).map((words) => (
                <p key={words}>{words}</p>
              ))}
            </div>
          ) : (
            part.text
          ),
      },
    })
    room.post('box', 'Ada')
    await pass(100)
    await scrollBy(-300)
    const box = viewport.querySelector('.box') as HTMLElement
    const before = topOf(box)
    box.scrollTop = 500
    await pass(50)
    room.post('one more', 'Ada')
    await pass(50)
    expect(topOf(box)).toBe(before)
    expect(box.scrollTop).toBe(500)
  },
)

test.each(ways)(
  'a message opened by the reader opens downwards, anchoring of the browser: $native, virtual: $virtual',
  async ({ native, virtual }) => {
    const { room, pass, viewport, scrollBy } = await openLongFeed(30, {
      native,
      virtual,
      renderers: {
        text: ({ part }) => (
          <>
            <p style={{ blockSize: 300 }}>{part.text}</p>
            <details>
              <summary>More of it</summary>
              <p style={{ blockSize: 200 }}>Here it is.</p>
            </details>
          </>
        ),
      },
    })
    for (const text of ['one', 'two']) room.post(text, 'Ada')
    await pass(100)
    const summary = [...viewport.querySelectorAll('summary')].at(-2) as HTMLElement
    await scrollBy(topOf(summary) - topOf(viewport) - 100)
    const before = topOf(summary)
    summary.click()
    await pass(50)
    expect(Math.abs(topOf(summary) - before)).toBeLessThanOrEqual(1)
  },
)

test('a feed that scrolls keeps the wheel to itself; one that does not leaves it to the page', async () => {
  const { viewport, room, pass } = await openLongFeed(1, { virtual: false })
  const behavior = () => getComputedStyle(viewport).overscrollBehaviorY
  expect(behavior()).toBe('auto')
  room.post('A line of many.\n'.repeat(40))
  await pass(100)
  expect(behavior()).toBe('contain')
})

test('what the application says of its viewport stands, and stands again when the list goes', async () => {
  const { session, room, pass } = await openLongSession(40)
  const style = { overscrollBehavior: 'none', overflowAnchor: 'none' } as const
  const tree = (hasList: boolean) => (
    <div style={{ blockSize: 400, display: 'grid' }}>
      <SessionProvider session={session}>
        <FeedRoot>
          <FeedViewport style={style}>{hasList && <FeedList />}</FeedViewport>
        </FeedRoot>
      </SessionProvider>
    </div>
  )
  const screen = await render(tree(true))
  const viewport = screen.container.querySelector('.sk-feed-viewport') as HTMLElement
  const said = () => [viewport.style.overscrollBehavior, viewport.style.overflowAnchor]
  await pass(50)
  expect(said()).toEqual(['none', 'none'])
  room.post('grows', 'Ada')
  await pass(50)
  expect(said()).toEqual(['none', 'none'])

  // What doesn't scroll leaves it to the page, as long as there is a list.
  const box = viewport.closest('div[style*="400px"]') as HTMLElement
  box.style.blockSize = '20000px'
  await pass(50)
  expect(viewport.style.overscrollBehaviorY).toBe('auto')
  await screen.rerender(tree(false))
  expect(said()).toEqual(['none', 'none'])
})
