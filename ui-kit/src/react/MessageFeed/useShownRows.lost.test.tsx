import '../../styles/styles.css'
import { expect, test, vi } from 'vitest'
import { openLongFeed } from '../../../scripts/openLongFeed.tsx'

vi.mock(import('./createVirtualRows.ts'), () => {
  throw new Error('no such chunk: the application was deployed anew')
})

test('when the window’s code can’t be loaded, the feed is a plain one with all its rows', async () => {
  const { rows, gap, room, pass } = await openLongFeed(400, { virtual: 'auto' })
  await expect.poll(() => rows().length).toBe(400)
  room.post('and goes on')
  await pass(100)
  expect(rows()).toHaveLength(401)
  expect(gap()).toBeLessThanOrEqual(1)
})
