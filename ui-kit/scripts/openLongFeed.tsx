/** A feed with many messages, some of them long, in a box of 500 by 400; for the tests of scrolling. */

import { expect, onTestFinished } from 'vitest'
import { render } from 'vitest-browser-react'
import { SessionProvider } from '../src/react/hooks/SessionProvider.tsx'
import type { FeedRootProps } from '../src/react/MessageFeed/FeedRoot.tsx'
import { MessageFeed } from '../src/react/MessageFeed/MessageFeed.tsx'
import { createSession, type Session } from '../src/session/index.ts'
import { type Bench, openBench } from './openBench.ts'

export interface LongSession extends Bench {
  session: Session
}

/** @param loaded of the messages that the server has */
export async function openLongSession(messages: number, loaded = messages): Promise<LongSession> {
  const bench = openBench()
  bench.room.history(
    Array.from({ length: messages }, (_, i) => ({
      text: `Message ${i}. ${'It has some words of its own. '.repeat(i % 7)}`,
      author: i % 2 ? 'Ada' : 'Grace',
    })),
  )
  const session = createSession(bench.options)
  onTestFinished(() => session.close())
  await bench.pass(100)
  const count = () => session.store.getState().keys.length
  while (count() < loaded) {
    const page = session.loadOlder(Math.min(100, loaded - count()))
    for (let step = 0; step < 5; step++) {
      bench.clock.advance(20)
      await Promise.resolve()
    }
    await page
  }
  expect(count()).toBe(loaded)
  return { ...bench, session }
}

export interface LongFeed extends LongSession {
  viewport: HTMLElement
  screen: Awaited<ReturnType<typeof render>>
  /** px to the end */
  gap(): number
  /** As a reader does it: the browser moves the content and tells afterwards. */
  scrollBy(px: number): Promise<void>
  /** The row with these words, while it is in the document. */
  row(text: string): HTMLElement
  rows(): HTMLElement[]
}

export interface LongFeedOptions extends Pick<FeedRootProps, 'renderers' | 'virtual'> {
  loaded?: number
  /** with the scroll anchoring of the browser, which Safari doesn't have */
  native?: boolean
}

/** With `virtual: true` the window is there. */
export async function openLongFeed(messages: number, given: LongFeedOptions): Promise<LongFeed> {
  const { loaded = messages, virtual, native = true, renderers } = given
  const bench = await openLongSession(messages, loaded)
  const screen = await render(
    <div style={{ blockSize: 400, inlineSize: 500, display: 'grid' }}>
      {!native && <style>{'.sk-feed-viewport { overflow-anchor: none !important }'}</style>}
      <SessionProvider session={bench.session}>
        <MessageFeed virtual={virtual} renderers={renderers} />
      </SessionProvider>
    </div>,
  )
  const viewport = screen.container.querySelector<HTMLElement>('.sk-feed-viewport') as HTMLElement
  if (virtual === true)
    await expect
      .poll(() => viewport.querySelector('[data-virtual]'), { timeout: 10_000 })
      .toBeInstanceOf(HTMLElement)
  await bench.pass(50)
  const rows = () => [...viewport.querySelectorAll<HTMLElement>('.sk-row')]
  return {
    ...bench,
    viewport,
    screen,
    gap: () => viewport.scrollHeight - viewport.clientHeight - viewport.scrollTop,
    async scrollBy(px) {
      viewport.scrollTop += px
      await bench.pass(50)
    },
    row: (text) => rows().find((row) => row.textContent?.includes(text)) as HTMLElement,
    rows,
  }
}
