import '../../styles/styles.css'
import { describe, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { openLongFeed as openFeed } from '../../../scripts/openLongFeed.tsx'
import type { PartRenderers } from './PartRenderers.ts'

const topOf = (element: Element) => element.getBoundingClientRect().top

describe.each([
  ['the plain list', false],
  ['the virtual list', true],
])('%s', (_, virtual) => {
  test('opens at the end and stays there while an answer grows', async () => {
    const { room, pass, gap } = await openFeed(40, { virtual })
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
    const { room, pass, gap } = await openFeed(40, { virtual })
    room.post('A paragraph.\n\n'.repeat(30))
    await pass(100)
    expect(gap()).toBeLessThanOrEqual(1)
    room.post('and goes on following')
    await pass(100)
    expect(gap()).toBeLessThanOrEqual(1)
  })

  test('stays at the end where rows change size and their sum doesn’t, as by letters that come late', async () => {
    const { pass, row, gap, viewport } = await openFeed(40, { virtual })
    const shown = [...viewport.querySelectorAll<HTMLElement>('.sk-row')]
    const above = shown.at(-8) as HTMLElement
    row('Message 39.').style.paddingBlockEnd = '20px'
    above.style.paddingBlockEnd = '40px'
    await pass(100)
    above.style.paddingBlockEnd = '20px'
    row('Message 39.').style.paddingBlockEnd = '40px'
    await pass(100)
    expect(gap()).toBeLessThanOrEqual(1)
    expect(viewport.hasAttribute('data-at-end')).toBe(true)
  })

  test('a reader who scrolls up, if only by a little, is left in peace', async () => {
    const { room, pass, viewport, scrollBy, row, gap } = await openFeed(40, { virtual })
    await scrollBy(-20)
    const seen = row('Message 38.')
    const before = topOf(seen)
    room.stream('Words that make the feed longer and longer. '.repeat(50), { tokensPerSecond: 400 })
    await pass(1_000)
    expect(Math.abs(topOf(seen) - before)).toBeLessThanOrEqual(1)
    expect(gap()).toBeGreaterThan(200)
    expect(viewport.hasAttribute('data-at-end')).toBe(false)
  })

  test('back at the end by scrolling, the feed follows again', async () => {
    const { room, pass, scrollBy, gap, viewport } = await openFeed(40, { virtual })
    await scrollBy(-300)
    await scrollBy(280)
    expect(viewport.hasAttribute('data-at-end')).toBe(true)
    room.post('new\n\nlines\n\nof\n\ntext')
    await pass(100)
    expect(gap()).toBeLessThanOrEqual(1)
  })

  test('the pill counts what came meanwhile, leads back, and hands the focus to the feed', async () => {
    const { room, pass, screen, scrollBy, gap, viewport, session } = await openFeed(40, { virtual })
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
    const { room, pass, scrollBy, gap, session, screen } = await openFeed(40, { virtual })
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
    const { pass, viewport, row, session } = await openFeed(200, { loaded: 100, virtual, native })
    const before = session.store.getState().keys.length
    expect(before).toBeLessThan(200)
    viewport.scrollTop = 700
    await pass(20)
    const seen = row('Message 110.')
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

  test('older history at the very top moves no word, though the day above the first one goes', async () => {
    const { pass, viewport, row, session } = await openFeed(200, { loaded: 100, virtual })
    const before = session.store.getState().keys.length
    viewport.scrollTop = 0
    await pass(0)
    expect(row('Message 100.').querySelector('.sk-day')).not.toBeNull()
    const seen = row('Message 100.').querySelector('.sk-text') as HTMLElement
    const top = topOf(seen)
    await pass(500)
    expect(row('Message 100.').querySelector('.sk-day')).toBeNull()
    expect(session.store.getState().keys.length).toBeGreaterThan(before)
    expect(Math.abs(topOf(seen) - top)).toBeLessThanOrEqual(1)
    expect(viewport.scrollTop).toBeGreaterThan(500)
  })

  test('the keyboard scrolls the feed, and reading on is the reader’s', async () => {
    const { pass, viewport, gap, room, row } = await openFeed(40, { virtual })
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

  test.each([true, false])(
    'images above that load late move nothing, anchoring of the browser: %s',
    async (native) => {
      const { viewport, pass, rows } = await openFeed(60, { virtual, native, renderers: pictures })
      viewport.scrollTop = viewport.scrollHeight - 1_200
      await pass(50)
      const seen = rows().find((row) => topOf(row) >= topOf(viewport)) as HTMLElement
      const top = topOf(seen)
      const images = [...viewport.querySelectorAll('img')]
      const above = images.filter((image) => topOf(image) <= topOf(viewport))
      expect(above.length).toBeGreaterThan(3)
      for (const image of above) {
        image.style.blockSize = '130px'
        await pass(20)
        expect(Math.abs(topOf(seen) - top)).toBeLessThanOrEqual(1)
      }
    },
  )

  test('images that load late don’t part the feed from its end', async () => {
    const { viewport, pass, gap } = await openFeed(60, { virtual, renderers: pictures })
    for (const image of viewport.querySelectorAll('img')) {
      image.style.blockSize = '130px'
      await pass(20)
      expect(gap()).toBeLessThanOrEqual(1)
    }
  })

  test.each([true, false])(
    'scrolling up moves what is read by as much as was scrolled, anchoring of the browser: %s',
    async (native) => {
      const { viewport, pass } = await openFeed(200, { virtual, native })
      for (let step = 0; step < 40; step++) {
        const seen = rowInMiddle(viewport)
        const top = topOf(seen)
        viewport.scrollTop -= 130
        await pass(20)
        expect(Math.abs(topOf(seen) - top - 130)).toBeLessThanOrEqual(1)
      }
    },
  )

  test('1,500 tokens a second in messages of 67 ms: the end is never lost', async () => {
    const { room, clock, gap } = await openFeed(400, { virtual })
    const gaps: number[] = []
    for (let message = 0; message < 15; message++) {
      room.stream('A word and another one in this line. '.repeat(12), { tokensPerSecond: 1_500 })
      for (let ms = 0; ms < 67; ms += 16) {
        clock.advance(16)
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
        gaps.push(gap())
      }
    }
    expect(gaps).toHaveLength(75)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1)
  })
})

/** A picture of unknown height in every message. */
const pictures: PartRenderers = {
  text: ({ part }) => (
    <div>
      {part.text}
      <img alt="" style={{ display: 'block', blockSize: 0, inlineSize: 20 }} />
    </div>
  ),
}

function rowInMiddle(viewport: HTMLElement): Element {
  const { left, top } = viewport.getBoundingClientRect()
  const row = document.elementFromPoint(left + 250, top + 200)?.closest('.sk-row')
  if (!row) throw new Error('nothing is shown in the middle of the feed')
  return row
}
