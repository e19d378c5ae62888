import '../../styles/styles.css'
import { expect, onTestFinished, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { type Bench, openBench } from '../../../scripts/openBench.ts'
import { createSession } from '../../session/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { MessageFeed } from './MessageFeed.tsx'

interface FeedBench extends Bench {
  viewport: HTMLElement
  session: ReturnType<typeof createSession>
  screen: Awaited<ReturnType<typeof render>>
  gap(): number
  /** As a reader does it: the browser moves the content and tells afterwards. */
  scrollBy(px: number): Promise<void>
  row(text: string): HTMLElement
}

async function openFeed(messages: number, native = true): Promise<FeedBench> {
  const bench = openBench({ limits: { syncMessages: 60 } })
  bench.room.history(
    Array.from({ length: messages }, (_, i) => ({
      text: `Message ${i}. ${'It has some words of its own. '.repeat(i % 7)}`,
      author: i % 2 ? 'Ada' : 'Grace',
    })),
  )
  const session = createSession(bench.options)
  await bench.pass(100)
  const screen = await render(
    <div style={{ blockSize: 400, inlineSize: 500, display: 'grid' }}>
      <SessionProvider session={session}>
        <MessageFeed />
      </SessionProvider>
    </div>,
  )
  const viewport = screen.container.querySelector<HTMLElement>('.sk-feed-viewport') as HTMLElement
  if (!native) viewport.style.overflowAnchor = 'none'
  onTestFinished(() => session.close())
  await bench.pass(50)
  return {
    ...bench,
    viewport,
    session,
    screen,
    gap: () => viewport.scrollHeight - viewport.clientHeight - viewport.scrollTop,
    async scrollBy(px) {
      viewport.scrollTop += px
      await bench.pass(50)
    },
    row: (text) =>
      [...viewport.querySelectorAll<HTMLElement>('.sk-row')].find((row) =>
        row.textContent?.includes(text),
      ) as HTMLElement,
  }
}

const topOf = (element: Element) => element.getBoundingClientRect().top

test('opens at the end and stays there while an answer grows', async () => {
  const { room, pass, gap } = await openFeed(40)
  expect(gap()).toBeLessThanOrEqual(1)
  room.stream('A line that is long enough to wrap around in the feed. '.repeat(60), {
    tokensPerSecond: 400,
  })
  const gaps: number[] = []
  for (let i = 0; i < 12; i++) {
    await pass(100)
    gaps.push(gap())
  }
  expect(Math.max(...gaps)).toBeLessThanOrEqual(1)
})

test('follows a burst of 600 px in one step', async () => {
  const { room, pass, gap } = await openFeed(40)
  room.post('A paragraph.\n\n'.repeat(30))
  await pass(100)
  expect(gap()).toBeLessThanOrEqual(1)
  room.post('and goes on following')
  await pass(100)
  expect(gap()).toBeLessThanOrEqual(1)
})

test('a reader who scrolls up, if only by a little, is left in peace', async () => {
  const { room, pass, viewport, scrollBy, row, gap } = await openFeed(40)
  await scrollBy(-20)
  const seen = row('Message 38.')
  const before = topOf(seen)
  room.stream('Words that make the feed longer and longer. '.repeat(50), { tokensPerSecond: 400 })
  await pass(1_000)
  expect(topOf(seen)).toBe(before)
  expect(gap()).toBeGreaterThan(200)
  expect(viewport.hasAttribute('data-at-end')).toBe(false)
})

test('back at the end by scrolling, the feed follows again', async () => {
  const { room, pass, scrollBy, gap, viewport } = await openFeed(40)
  await scrollBy(-300)
  await scrollBy(280)
  expect(viewport.hasAttribute('data-at-end')).toBe(true)
  room.post('new\n\nlines\n\nof\n\ntext')
  await pass(100)
  expect(gap()).toBeLessThanOrEqual(1)
})

test('the pill counts what came meanwhile, leads back, and hands the focus to the feed', async () => {
  const { room, pass, screen, scrollBy, gap, viewport, session } = await openFeed(40)
  await scrollBy(-400)
  await expect.element(screen.getByRole('button', { name: 'Jump to latest' })).toBeVisible()
  room.post('one')
  room.post('two')
  await pass(100)
  const pill = screen.getByRole('button', { name: '2 new messages' })
  await expect.element(pill).toBeVisible()
  await expect.element(screen.getByText('New', { exact: true })).toBeInTheDocument()
  await pill.click()
  await pass(50)
  expect(gap()).toBeLessThanOrEqual(1)
  expect(document.activeElement).toBe(viewport)
  expect(session.store.getState().unread.count).toBe(0)
  expect(screen.container.querySelector('.sk-feed-jump')).toBeNull()
})

test('what one says oneself leads to the end, and takes the unread line away', async () => {
  const { room, pass, scrollBy, gap, session, screen } = await openFeed(40)
  await scrollBy(-400)
  room.post('missed')
  await pass(100)
  expect(screen.container.querySelectorAll('.sk-unread')).toHaveLength(1)
  session.send('here I am')
  await pass(100)
  expect(gap()).toBeLessThanOrEqual(1)
  expect(screen.container.querySelectorAll('.sk-unread')).toHaveLength(0)
})

test.each([
  ['with the scroll anchoring of the browser', true],
  ['in a browser without scroll anchoring', false],
])('older history in the middle of the feed moves nothing, %s', async (_, native) => {
  const { pass, viewport, row, session } = await openFeed(200, native)
  const before = session.store.getState().keys.length
  expect(before).toBeLessThan(200)
  viewport.scrollTop = 700
  await pass(20)
  const seen = row(`Message ${200 - before + 10}.`)
  const top = topOf(seen)
  await pass(500)
  expect(session.store.getState().keys.length).toBe(before)
  viewport.scrollTop = 300
  await pass(20)
  const moved = topOf(seen)
  expect(Math.abs(moved - top - 400)).toBeLessThanOrEqual(1)
  await pass(500)
  expect(session.store.getState().keys.length).toBeGreaterThan(before)
  expect(Math.abs(topOf(seen) - moved)).toBeLessThanOrEqual(1)
})

test('older history at the very top moves nothing', async () => {
  const { pass, viewport, row, session } = await openFeed(200)
  const before = session.store.getState().keys.length
  viewport.scrollTop = 0
  await pass(0)
  const seen = row(`Message ${200 - before}.`)
  const top = topOf(seen)
  await pass(500)
  expect(session.store.getState().keys.length).toBeGreaterThan(before)
  expect(Math.abs(topOf(seen) - top)).toBeLessThanOrEqual(1)
  expect(viewport.scrollTop).toBeGreaterThan(500)
})

test('the keyboard scrolls the feed, and reading on is the reader’s', async () => {
  const { pass, viewport, gap, room, row } = await openFeed(40)
  viewport.focus()
  await userEvent.keyboard('{PageUp}')
  await expect.poll(gap).toBeGreaterThan(100)
  // The browser scrolls smoothly; it has arrived when a tenth of a second changes nothing.
  const tops: number[] = []
  await expect
    .poll(() => tops.unshift(viewport.scrollTop) && tops[0] === tops[2], { interval: 50 })
    .toBe(true)
  const seen = row('Message 36.')
  const before = topOf(seen)
  room.post('not pulled down')
  await pass(100)
  expect(Math.abs(topOf(seen) - before)).toBeLessThanOrEqual(1)
  expect(gap()).toBeGreaterThan(100)
})
