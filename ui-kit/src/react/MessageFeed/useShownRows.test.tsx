import '../../styles/styles.css'
import { expect, test, vi } from 'vitest'
import { openLongFeed } from '../../../scripts/openLongFeed.tsx'

/** The window's code, in the hands of a slow network. */
const arrivals = vi.hoisted((): (() => void)[] => [])

vi.mock(import('./createVirtualRows.ts'), async (load) => {
  const real = await load()
  await new Promise<void>((arrive) => arrivals.push(arrive))
  return real
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
  await expect.poll(() => arrivals.length, { timeout: 10_000 }).toBe(1)
  arrivals[0]?.()
  await expect.poll(() => viewport.querySelector('[data-virtual]')).not.toBe(null)
  // What is seen is seen after a frame.
  await pass(20)
  expect(rows().at(-1)).toBe(last)
  expect(Math.abs(last.getBoundingClientRect().top - top)).toBeLessThanOrEqual(1)
  expect(gap()).toBeLessThanOrEqual(1)
})
