/** What a window of rows does while nobody can see it, and what it keeps of rows that went. */

import '../../styles/styles.css'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { openLongFeed } from '../../../scripts/openLongFeed.tsx'

const topOf = (element: Element) => element.getBoundingClientRect().top

test.each([
  [false, 'one line'],
  [true, 'one line'],
  [true, 'many lines'],
])('what comes while the feed is hidden moves nothing, virtual: %s, %s', async (virtual, size) => {
  const text = size === 'many lines' ? 'a line\n\n'.repeat(20) : size
  const feed = await openLongFeed(500, { virtual })
  const { viewport, pass, rows, row, scrollBy, gap, room } = feed
  const box = viewport.closest('div[style*="400px"]') as HTMLElement
  const postOutOfSight = async () => {
    box.style.display = 'none'
    await pass(50)
    room.post(text, 'Ada')
    await pass(100)
    box.style.display = 'grid'
    await pass(100)
  }
  await scrollBy(-4_000)
  const seen = rows().find((one) => topOf(one) >= topOf(viewport)) as HTMLElement
  const words = seen.textContent as string
  const before = topOf(seen)
  await postOutOfSight()
  expect(Math.abs(topOf(row(words)) - before)).toBeLessThanOrEqual(1)
  expect(rows().length).toBeGreaterThan(8)

  // And at the end it is still at the end.
  await scrollBy(1e6)
  await pass(50)
  expect(viewport.hasAttribute('data-at-end')).toBe(true)
  await postOutOfSight()
  expect(gap()).toBeLessThanOrEqual(1)
  expect(viewport.hasAttribute('data-at-end')).toBe(true)
})

test.each([false, true])(
  'End leads from the feed to its end, however far away, virtual: %s',
  async (virtual) => {
    const { viewport, gap, pass, room } = await openLongFeed(500, { virtual })
    viewport.scrollTop = 0
    await pass(50)
    viewport.focus()
    await userEvent.keyboard('{End}')
    await pass(100)
    await expect.poll(gap).toBeLessThanOrEqual(1)
    expect(viewport.hasAttribute('data-at-end')).toBe(true)
    expect(document.activeElement).toBe(viewport)
    room.post('another\n\n'.repeat(10), 'Ada')
    await pass(100)
    expect(gap()).toBeLessThanOrEqual(1)
  },
)

test.each([false, true])(
  'the bar dragged to the end follows it, though nothing seen before is left, virtual: %s',
  async (virtual) => {
    const { viewport, gap, pass, room } = await openLongFeed(500, { virtual })
    viewport.scrollTop = 0
    await pass(50)
    viewport.scrollTop = 1e9
    await pass(100)
    viewport.scrollTop = 1e9
    await pass(50)
    expect(viewport.hasAttribute('data-at-end')).toBe(true)
    room.post('another\n\n'.repeat(10), 'Ada')
    await pass(100)
    expect(gap()).toBeLessThanOrEqual(1)
  },
)

test('what the reader opened before the rows became many is so when its row comes back', async () => {
  const { viewport, room, pass, scrollBy, row } = await openLongFeed(300, {
    virtual: 'auto',
    renderers: {
      text: ({ part }) => (
        <details>
          <summary>Thoughts</summary>
          {part.text}
        </details>
      ),
    },
  })
  const details = () => row('Message 299.')?.querySelector('details') as HTMLDetailsElement
  const first = details()
  first.querySelector('summary')?.click()
  room.post('the 301st', 'Ada')
  await pass(50)
  await expect
    .poll(() => viewport.querySelector('[data-virtual]'), { timeout: 10_000 })
    .not.toBe(null)
  await pass(50)
  await scrollBy(-3_000)
  await scrollBy(-3_000)
  expect(first.isConnected).toBe(false)
  await scrollBy(1e6)
  await pass(50)
  expect(details()).not.toBe(first)
  expect(details().open).toBe(true)
})

test('what the reader opened or closed is so when its row comes back', async () => {
  const { viewport, pass, scrollBy } = await openLongFeed(400, {
    virtual: true,
    renderers: {
      text: ({ part }) => (
        <>
          <details>
            <summary>Thoughts</summary>
            {part.text}
          </details>
          <details open>
            <summary>Words</summary>
            {part.text}
          </details>
        </>
      ),
    },
  })
  const details = () => [...viewport.querySelectorAll('.sk-row:last-child details')]
  const states = () => details().map((one) => (one as HTMLDetailsElement).open)
  expect(states()).toEqual([false, true])
  for (const summary of viewport.querySelectorAll<HTMLElement>('.sk-row:last-child summary'))
    summary.click()
  await pass(50)
  expect(states()).toEqual([true, false])
  const [first] = details()
  await scrollBy(-6_000)
  await scrollBy(-3_000)
  expect(first?.isConnected).toBe(false)
  await scrollBy(1e6)
  await pass(50)
  expect(states()).toEqual([true, false])
  expect(details()[0]).not.toBe(first)
})

/** What the application holds of the disclosures in its rows. */
const held = { isOpen: false, isThinking: true }
function Held({ text }: { text: string }) {
  const [isOpen, setIsOpen] = useState(held.isOpen)
  return (
    <>
      <details open={held.isThinking}>
        <summary>Thoughts</summary>
        {text}
      </details>
      <details open={isOpen}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is a button by itself */}
        <summary
          onClick={(event) => {
            event.preventDefault()
            held.isOpen = !isOpen
            setIsOpen(held.isOpen)
          }}
        >
          Words
        </summary>
        {text}
      </details>
    </>
  )
}

test('what the application opens and closes is its own when a row comes back', async () => {
  Object.assign(held, { isOpen: false, isThinking: true })
  const { viewport, pass, scrollBy } = await openLongFeed(400, {
    virtual: true,
    renderers: { text: ({ part }) => <Held text={part.text} /> },
  })
  const details = () => [
    ...viewport.querySelectorAll<HTMLDetailsElement>('.sk-row:last-child details'),
  ]
  const states = () => details().map(({ open }) => open)
  async function leaveAndReturn() {
    const [first] = details()
    await scrollBy(-6_000)
    await scrollBy(-3_000)
    expect(first?.isConnected).toBe(false)
    await scrollBy(1e6)
    await pass(50)
  }
  const click = async (at: number) => {
    details()[at]?.querySelector('summary')?.click()
    await pass(50)
  }

  await click(1)
  expect(states()).toEqual([true, true])
  await leaveAndReturn()
  expect(states()).toEqual([true, true])
  // The reader closes one; then the application has done so with both.
  await click(0)
  await leaveAndReturn()
  expect(states()).toEqual([false, true])
  Object.assign(held, { isOpen: false, isThinking: false })
  await leaveAndReturn()
  expect(states()).toEqual([false, false])
  // The reader opens one, closes it, and it stays so.
  for (const open of [true, false]) {
    await click(0)
    await leaveAndReturn()
    expect(states()).toEqual([open, false])
  }
})
