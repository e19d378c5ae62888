import '../../styles/styles.css'
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { openLongFeed } from '../../../scripts/openLongFeed.tsx'

/** The window's code, in the hands of a slow network. */
const arrivals = vi.hoisted((): (() => void)[] => [])

vi.mock(import('./createVirtualRows.ts'), async (load) => {
  const real = await load()
  await new Promise<void>((arrive) => arrivals.push(arrive))
  return real
})

/** The module is asked for once, and by the first feed. */
async function arrive(viewport: HTMLElement) {
  await expect.poll(() => arrivals.length, { timeout: 10_000 }).toBe(1)
  arrivals[0]?.()
  await expect.poll(() => viewport.querySelector('[data-virtual]')).not.toBe(null)
}

test('before the window is there, what is printed has all rows', async () => {
  const { rows, gap, screen } = await openLongFeed(400, { virtual: 'auto' })
  expect(rows()).toHaveLength(50)
  window.dispatchEvent(new Event('beforeprint'))
  expect(rows()).toHaveLength(400)
  await screen.unmount()
  window.dispatchEvent(new Event('beforeprint'))
  expect(gap()).toBe(0)
})

test('before the window is there, the keyboard leads to any row', async () => {
  const { rows, viewport, pass } = await openLongFeed(400, { virtual: 'auto' })
  const focused = () => /Message \d+/.exec(document.activeElement?.textContent ?? '')?.[0]
  viewport.focus()
  await userEvent.keyboard('{ArrowUp}')
  await pass(50)
  expect(focused()).toBe('Message 399')
  // Rows that are there are gone to without the others.
  expect(rows()).toHaveLength(50)
  await userEvent.keyboard('{Home}')
  expect(focused()).toBe('Message 0')
  expect(rows()).toHaveLength(400)
  expect(viewport.hasAttribute('data-at-end')).toBe(false)
})

test('before the window is there, the newest rows are, at the end; then nothing jumps', async () => {
  const { rows, gap, room, pass, viewport } = await openLongFeed(1_000, { virtual: 'auto' })
  expect(rows()).toHaveLength(50)
  expect(rows().at(-1)?.textContent).toContain('Message 999.')
  expect(gap()).toBeLessThanOrEqual(1)
  room.post('still followed')
  await pass(100)
  expect(gap()).toBeLessThanOrEqual(1)

  const last = rows().at(-1) as HTMLElement
  const { top } = last.getBoundingClientRect()
  await arrive(viewport)
  // What is seen is seen after a frame.
  await pass(20)
  expect(rows().at(-1)).toBe(last)
  expect(Math.abs(last.getBoundingClientRect().top - top)).toBeLessThanOrEqual(1)
  expect(gap()).toBeLessThanOrEqual(1)
})
