import '../../styles/styles.css'
import { Activity } from 'react'
import { expect, test } from 'vitest'
import { render } from 'vitest-browser-react'
import { openLongSession } from '../../../scripts/openLongFeed.tsx'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { MessageFeed } from './MessageFeed.tsx'

const topOf = (element: Element) => element.getBoundingClientRect().top

test.each([false, true])(
  'what comes while an Activity hides the feed moves nothing, virtual: %s',
  async (virtual) => {
    const { session, pass, room } = await openLongSession(500)
    const tree = (mode: 'visible' | 'hidden') => (
      <div style={{ blockSize: 400, inlineSize: 500, display: 'grid' }}>
        <SessionProvider session={session}>
          <Activity mode={mode}>
            <MessageFeed virtual={virtual} />
          </Activity>
        </SessionProvider>
      </div>
    )
    const screen = await render(tree('visible'))
    await pass(100)
    const viewport = screen.container.querySelector('.sk-feed-viewport') as HTMLElement
    const isWindow = () => viewport.querySelector('[data-virtual]') !== null
    await expect.poll(isWindow).toBe(virtual)
    await pass(50)
    viewport.scrollTop -= 4_000
    await pass(100)
    const rows = () => [...viewport.querySelectorAll<HTMLElement>('.sk-row')]
    const seen = rows().find((row) => topOf(row) >= topOf(viewport)) as HTMLElement
    const words = seen.textContent
    const before = topOf(seen)
    await screen.rerender(tree('hidden'))
    await pass(100)
    room.post('hidden\n\n'.repeat(20), 'Ada')
    await pass(100)
    await screen.rerender(tree('visible'))
    await pass(100)
    await expect.poll(isWindow).toBe(virtual)
    await pass(100)
    const again = rows().find((row) => row.textContent === words) as HTMLElement
    expect(Math.abs(topOf(again) - before)).toBeLessThanOrEqual(1)
  },
)
