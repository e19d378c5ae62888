import { expect, test } from 'vitest'
import { createFakeServer } from './createFakeServer.ts'
import { createManualClock } from './createManualClock.ts'

test('people with other names are other people, in whatever letters', () => {
  const room = createFakeServer({ clock: createManualClock() }).session('room')
  const names = ['Ada', 'Ада', 'Борис', '李雷', '🦀', 'Ada L.', 'Ada L']
  const ids = names.map((name) => room.post('hello', name).author.id)
  expect(new Set(ids).size).toBe(names.length)
  expect(room.post('me again', 'Борис').author).toEqual({ id: ids[2], name: 'Борис' })
  for (const name of names) room.join(name)
  expect(room.connections).toBe(names.length)
})
