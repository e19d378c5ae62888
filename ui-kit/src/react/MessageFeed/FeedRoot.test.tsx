import '../../styles/styles.css'
import type { ReactElement } from 'react'
import { expect, onTestFinished, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import { openLongFeed, openLongSession } from '../../../scripts/openLongFeed.tsx'
import { createSession, type Session } from '../../session/index.ts'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { FeedJump } from './FeedJump.tsx'
import { FeedList } from './FeedList.tsx'
import { FeedOlder } from './FeedOlder.tsx'
import { FeedRoot } from './FeedRoot.tsx'
import { FeedViewport } from './FeedViewport.tsx'
import { MessageFeed } from './MessageFeed.tsx'

const inBox = (session: Session, feed: ReactElement) => (
  <div style={{ blockSize: 400, inlineSize: 500, display: 'grid' }}>
    <SessionProvider session={session}>{feed}</SessionProvider>
  </div>
)
const gapOf = (viewport: Element) =>
  viewport.scrollHeight - viewport.clientHeight - viewport.scrollTop

test.each([false, true])(
  'another session in the same feed is read from its end, virtual: %s',
  async (virtual) => {
    const one = await openLongSession(60)
    const two = await openLongSession(60)
    const screen = await render(inBox(one.session, <MessageFeed virtual={virtual} />))
    await one.pass(100)
    const viewport = screen.container.querySelector('[role=region]') as HTMLElement
    await expect.poll(() => viewport.querySelector('[data-virtual]') !== null).toBe(virtual)
    await one.pass(50)
    viewport.scrollTop -= 1_500
    await one.pass(100)
    expect(gapOf(viewport)).toBeGreaterThan(1_000)
    await screen.rerender(inBox(two.session, <MessageFeed virtual={virtual} />))
    await two.pass(100)
    await expect.poll(() => gapOf(viewport)).toBeLessThanOrEqual(1)
    expect(viewport.hasAttribute('data-at-end')).toBe(true)
    two.room.post('new\n\nlines', 'Ada')
    await two.pass(100)
    expect(gapOf(viewport)).toBeLessThanOrEqual(1)
  },
)

test.each([false, true])(
  'elements of one’s own, without a class of the kit, do all the same, virtual: %s',
  async (virtual) => {
    const { session, pass } = await openLongSession(200, 100)
    const screen = await render(
      inBox(
        session,
        <FeedRoot virtual={virtual} render={(props) => <section {...props} className="mine" />}>
          <FeedViewport
            render={({ className: _, ...props }) => (
              <div {...props} style={{ ...props.style, blockSize: 400 }} />
            )}
          >
            <FeedOlder render={(props) => <div {...props} className="mine" />} />
            <FeedList render={(props) => <ol {...props} className="mine" />} />
          </FeedViewport>
          <FeedJump render={(props) => <button {...props} className="mine" />} />
        </FeedRoot>,
      ),
    )
    await pass(200)
    const viewport = screen.container.querySelector('[role=region]') as HTMLElement
    if (virtual) await expect.poll(() => viewport.querySelector('[data-virtual]')).not.toBeNull()
    await expect.poll(() => gapOf(viewport)).toBeLessThanOrEqual(1)
    viewport.scrollTop -= 500
    await pass(50)
    await screen.getByRole('button', { name: 'Jump to latest' }).click()
    await pass(50)
    expect(document.activeElement).toBe(viewport)
    expect(gapOf(viewport)).toBeLessThanOrEqual(1)
    viewport.scrollTop = 0
    await pass(0)
    await pass(500)
    expect(session.store.getState().keys.length).toBeGreaterThan(100)
    expect(viewport.scrollTop).toBeGreaterThan(500)
  },
)

test.each([false, true])(
  'a page that scrolls smoothly doesn’t part the feed from its end, virtual: %s',
  async (virtual) => {
    const style = document.createElement('style')
    style.textContent = '* { scroll-behavior: smooth }'
    document.head.append(style)
    onTestFinished(() => style.remove())
    const { gap, room, pass, viewport, screen } = await openLongFeed(60, { virtual })
    expect(gap()).toBeLessThanOrEqual(1)
    room.stream('A line that is long enough to wrap around in the feed. '.repeat(60), {
      tokensPerSecond: 400,
    })
    for (let i = 0; i < 12; i++) {
      await pass(100)
      expect(gap()).toBeLessThanOrEqual(1)
    }
    viewport.scrollTo({ top: viewport.scrollTop - 1_500, behavior: 'instant' })
    await pass(50)
    await screen.getByRole('button', { name: 'Jump to latest' }).click()
    expect(gap()).toBeLessThanOrEqual(1)
    expect(viewport.hasAttribute('data-at-end')).toBe(true)
  },
)

test('without the stylesheet the feed scrolls where its height is bounded, and what is announced is not seen', async () => {
  const sheets = [...document.adoptedStyleSheets, ...document.styleSheets]
  for (const sheet of sheets) sheet.disabled = true
  onTestFinished(() => {
    for (const sheet of sheets) sheet.disabled = false
  })
  const bench = openBench()
  bench.room.history(Array.from({ length: 60 }, (_, i) => ({ text: `Old ${i}` })))
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const screen = await render(
    <SessionProvider session={session}>
      <FeedRoot>
        <FeedViewport style={{ blockSize: 300 }}>
          <FeedList />
        </FeedViewport>
      </FeedRoot>
    </SessionProvider>,
  )
  await bench.pass(200)
  bench.room.post('spoken', 'Ada')
  await bench.pass(2_000)
  const viewport = screen.container.querySelector('[role=region]') as HTMLElement
  expect(viewport.clientHeight).toBe(300)
  expect(viewport.scrollHeight).toBeGreaterThan(1_000)
  expect(gapOf(viewport)).toBeLessThanOrEqual(1)
  const log = screen.container.querySelector('[role=log]') as HTMLElement
  expect(log.textContent).toContain('spoken')
  expect(log.getBoundingClientRect().height).toBeLessThanOrEqual(1)
})

test('nobody is asked to say something who can’t', async () => {
  const bench = openBench()
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  const { container } = await render(inBox(session, <MessageFeed />))
  await bench.shows(container, '.sk-feed-notice', 'No messages yet. Say something to begin.')
  bench.room.delete()
  await bench.shows(container, '.sk-feed-notice', 'There are no messages here.')

  const other = openBench()
  const { sessionId: sid } = other.options
  const ticket = other.server.ticket({ sub: 'v', sid, name: 'V', role: 'viewer' })
  const viewer = createSession({ ...other.options, ticket: () => ticket })
  onTestFinished(() => viewer.close())
  const screen = await render(inBox(viewer, <MessageFeed />))
  await other.shows(screen.container, '.sk-feed-notice', 'There are no messages here.')
})
