import '../../styles/styles.css'
import { expect, test, vi } from 'vitest'
import { render } from 'vitest-browser-react'
import { type LongSession, openLongFeed, openLongSession } from '../../../scripts/openLongFeed.tsx'
import { SessionProvider } from '../hooks/SessionProvider.tsx'
import { MessageFeed } from './MessageFeed.tsx'
import type { PartRenderers } from './PartRenderers.ts'

const PLAIN: PartRenderers = { text: ({ part }) => <p>{part.text}</p> }
const BUTTONS: PartRenderers = {
  text: ({ part }) => (
    <p>
      {part.text}
      <button type="button">Copy</button>
    </p>
  ),
}

const topOf = (element: Element) => element.getBoundingClientRect().top

test('of 10,000 rows those in view and a few around are in the document', async () => {
  const { rows, viewport, gap } = await openLongFeed(10_000, { virtual: true })
  expect(rows().length).toBeGreaterThan(6)
  expect(rows().length).toBeLessThan(40)
  expect(rows().at(-1)?.textContent).toContain('Message 9999.')
  expect(gap()).toBeLessThanOrEqual(1)
  expect(viewport.scrollHeight).toBeGreaterThan(300_000)
})

test('by itself above 300 rows, and not at all when switched off', async () => {
  const auto = await openLongFeed(310, { virtual: 'auto' })
  await expect.poll(() => auto.rows().length, { timeout: 10_000 }).toBeLessThan(40)
  const few = await openLongFeed(300, { virtual: 'auto' })
  expect(few.rows()).toHaveLength(300)
  const off = await openLongFeed(400, { virtual: false })
  expect(off.rows()).toHaveLength(400)
})

test('[F83] an answer that grows is animated by nothing, and each row is drawn for itself', async () => {
  const { viewport, rows, room, pass } = await openLongFeed(400, { virtual: true })
  room.stream('words '.repeat(200), { tokensPerSecond: 10 })
  await pass(500)
  const text = viewport.querySelector('.sk-part[data-streaming] > .sk-text') as Element
  expect(getComputedStyle(text, '::after').content).toBe('""')
  expect(viewport.getAnimations({ subtree: true })).toEqual([])
  expect(new Set(rows().map((row) => getComputedStyle(row).contain))).toEqual(new Set(['content']))
})

test('[F83] a line more in an answer is measured once, though the feed scrolls for it', async () => {
  const { rows, pass, gap } = await openLongFeed(400, { virtual: true })
  const [first, last] = [rows()[0], rows().at(-1)] as [Element, Element]
  const asked = vi.spyOn(first, 'getBoundingClientRect')
  last.append(document.createElement('hr'))
  await pass(100)
  expect(gap()).toBeLessThanOrEqual(1)
  expect(asked).toHaveBeenCalledTimes(1)
})

test('wherever the reader drags the bar to, rows are shown', async () => {
  const { viewport, pass, rows } = await openLongFeed(2_000, { virtual: true })
  const { left, top, bottom } = viewport.getBoundingClientRect()
  for (const part of [0.5, 0.1, 0.9, 0.001, 0.7]) {
    viewport.scrollTop = viewport.scrollHeight * part
    await pass(20)
    for (let y = top + 20; y < bottom; y += 40)
      expect(document.elementFromPoint(left + 250, y)?.closest('[data-room]')).toBeNull()
    expect(rows().length).toBeLessThan(40)
    const seen = document.elementFromPoint(left + 250, top + 200)?.closest('.sk-row') as Element
    const place = topOf(seen)
    await pass(100)
    expect(Math.abs(topOf(seen) - place)).toBeLessThanOrEqual(1)
  }
})

test('the pill leads to the end from far away, at once', async () => {
  const { viewport, pass, screen, gap, row } = await openLongFeed(2_000, { virtual: true })
  viewport.scrollTop = 20_000
  await pass(50)
  await screen.getByRole('button', { name: 'Jump to latest' }).click()
  expect(gap()).toBeLessThanOrEqual(1)
  expect(row('Message 1999.')).toBeInstanceOf(HTMLElement)
  expect(viewport.hasAttribute('data-at-end')).toBe(true)
})

test('what is read stays where it is, and as it is, when rows become too many for a plain list', async () => {
  const { viewport, pass, row, session, clock, rows } = await openLongFeed(400, {
    virtual: 'auto',
    loaded: 250,
    native: false,
  })
  viewport.scrollTop = 9_000
  await pass(50)
  const { top, height } = viewport.getBoundingClientRect()
  const seen = rows().find((one) => topOf(one) > top + height / 3) as HTMLElement
  const before = topOf(seen)
  const words = seen.textContent ?? ''
  const page = session.loadOlder(100)
  for (let step = 0; step < 10; step++) clock.advance(20)
  await page
  await expect
    .poll(() => viewport.querySelector('[data-virtual]'), { timeout: 10_000 })
    .not.toBe(null)
  await pass(50)
  expect(rows().length).toBeLessThan(40)
  expect(row(words)).toBe(seen)
  expect(Math.abs(topOf(seen) - before)).toBeLessThanOrEqual(1)
})

test.each([
  ['words that wrap', undefined, [-500, 10]],
  ['words that wrap, further up', undefined, [-400, 30]],
  ['words that wrap, by the wheel', undefined, [-100, 50]],
  ['rows without a style', PLAIN, [-500, 10]],
  ['rows with a control', BUTTONS, [-500, 10]],
  ['rows with a control, in one go', BUTTONS, [-5_000, 1]],
] as const)(
  'who reads further up keeps their place when the 301st row comes: %s',
  async (...given) => {
    const [, renderers, [px, times]] = given
    const { viewport, pass, room, rows, row, scrollBy, gap } = await openLongFeed(300, {
      virtual: 'auto',
      renderers,
    })
    for (let time = 0; time < times; time++) await scrollBy(px)
    await pass(200)
    const seen = rows().find((one) => one.getBoundingClientRect().bottom > topOf(viewport) + 1)
    const [words, before] = [seen?.textContent as string, topOf(seen as HTMLElement)]
    expect(gap()).toBeGreaterThan(2_000)
    room.post('the 301st', 'Ada')
    await pass(50)
    await expect
      .poll(() => viewport.querySelector('[data-virtual]'), { timeout: 10_000 })
      .not.toBe(null)
    await pass(200)
    expect(rows().length).toBeLessThan(40)
    expect(Math.abs(topOf(row(words)) - before)).toBeLessThanOrEqual(1)
  },
)

test('a change between two long sessions draws a screenful, not each of their rows', async () => {
  const [one, two] = [await openLongSession(500), await openLongSession(500)]
  let drawn = 0
  const renderers: PartRenderers = {
    text: ({ part }) => {
      drawn += 1
      return part.text
    },
  }
  const tree = ({ session }: LongSession) => (
    <div style={{ blockSize: 400, inlineSize: 500, display: 'grid' }}>
      <SessionProvider session={session}>
        <MessageFeed renderers={renderers} />
      </SessionProvider>
    </div>
  )
  const screen = await render(tree(one))
  const isWindow = () => screen.container.querySelector('[data-virtual]') !== null
  await expect.poll(isWindow, { timeout: 10_000 }).toBe(true)
  await one.pass(50)
  drawn = 0
  await screen.rerender(tree(two))
  await two.pass(50)
  await expect.poll(isWindow).toBe(true)
  expect(drawn).toBeGreaterThan(40)
  expect(drawn).toBeLessThan(200)
})

test('days, groups and the unread line are those of the whole feed', async () => {
  const plain = await openLongFeed(120, { virtual: false })
  const some = await openLongFeed(120, { virtual: true })
  for (const feed of [plain, some]) {
    feed.viewport.scrollTop = 2_000
    await feed.pass(50)
    for (const text of ['missed', 'missed, too']) feed.room.post(text, 'Ada')
    await feed.pass(100)
    await feed.screen.getByRole('button', { name: '2 new messages' }).last().click()
    await feed.pass(50)
    feed.viewport.scrollTop -= 500
    await feed.pass(50)
  }
  const tell = ({ rows }: typeof plain) =>
    new Map(
      rows().map((row) => [
        row.querySelector('.sk-text')?.textContent,
        `${row.querySelector('.sk-day')?.textContent} ${row.querySelector('.sk-unread')?.textContent} ${row.querySelector('article')?.hasAttribute('data-first')}`,
      ]),
    )
  const [all, few] = [tell(plain), tell(some)]
  expect(few.size).toBeGreaterThan(6)
  expect(few.size).toBeLessThan(60)
  for (const [text, told] of few) expect([text, told]).toEqual([text, all.get(text)])
  expect([...few.values()].filter((told) => told.includes(' New '))).toHaveLength(1)
})

test('a row says which of how many it is, as long as not all are in the document', async () => {
  const { rows, viewport, pass, room } = await openLongFeed(400, { virtual: true })
  const numbers = () =>
    rows().map((row) => [row.getAttribute('aria-posinset'), row.getAttribute('aria-setsize')])
  expect(numbers().at(-1)).toEqual(['400', '400'])
  room.post('one more')
  await pass(50)
  expect(numbers().at(-1)).toEqual(['401', '401'])
  expect(numbers().at(-2)).toEqual(['400', '401'])
  viewport.scrollTop = 0
  await pass(50)
  expect(numbers()[0]).toEqual(['1', '401'])

  const older = await openLongFeed(400, { virtual: true, loaded: 350 })
  expect(older.rows().at(-1)?.getAttribute('aria-setsize')).toBe('-1')
  const all = await openLongFeed(20, { virtual: false })
  expect(all.rows().some((row) => row.hasAttribute('aria-posinset'))).toBe(false)
})

test('what has the focus stays in the document, wherever the reader goes', async () => {
  const { viewport, pass, row, rows } = await openLongFeed(1_000, { virtual: true })
  const message = row('Message 998.').querySelector('article') as HTMLElement
  message.focus({ preventScroll: true })
  for (const top of [30_000, 10_000, 0, 20_000]) {
    viewport.scrollTop = top
    await pass(30)
    expect(document.activeElement).toBe(message)
    expect(rows().length).toBeLessThan(40)
  }
  const numbers = rows().map((one) => Number(one.getAttribute('aria-posinset')))
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
})

test('before it is printed, the whole feed is in the document', async () => {
  const { rows } = await openLongFeed(500, { virtual: true })
  window.dispatchEvent(new Event('beforeprint'))
  expect(rows()).toHaveLength(500)
  window.dispatchEvent(new Event('afterprint'))
  expect(rows().length).toBeLessThan(40)
})

test('a feed that is taken away lets go of everything', async () => {
  const { screen, session, room, pass } = await openLongFeed(400, { virtual: true })
  await screen.unmount()
  room.post('nobody looks')
  await pass(100)
  window.dispatchEvent(new Event('beforeprint'))
  expect(session.store.getState().keys).toHaveLength(401)
})
