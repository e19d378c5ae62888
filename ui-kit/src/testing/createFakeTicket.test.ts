import { createSession } from '@session-kit/ui-kit/session'
import { expect, test } from 'vitest'
import { assertNoGaps } from './assertNoGaps.ts'
import { createFakeServer } from './createFakeServer.ts'
import { createManualClock } from './createManualClock.ts'
import { createRawClient } from './createRawClient.ts'

const HOUR_MS = 3_600_000

test('[F40] the client asks for another ticket once this one has expired, and misses nothing', () => {
  const clock = createManualClock()
  const server = createFakeServer({ clock, agent: null })
  let asked = 0
  const session = createSession({
    url: 'https://chat.example.com',
    sessionId: 'harbour',
    WebSocket: server.WebSocket,
    clock,
    storage: null,
    ticket: () => {
      asked += 1
      return server.ticket({ sub: 'ada', sid: 'harbour', name: 'Ada' })
    },
  })
  clock.advance(100)
  expect(session.store.getState().you).toMatchObject({ user: { id: 'ada', name: 'Ada' } })
  clock.advance(HOUR_MS + 60_000)
  server.session('harbour').post('news', 'Grace')
  clock.advance(2_000)
  expect(asked).toBeGreaterThan(1)
  expect(session.store.getState().connection.phase).toBe('live')
  expect(session.getMessages()).toHaveLength(1)
  assertNoGaps(session.getMessages(), server.session('harbour').messages)
  session.close()
})

test.each([
  ['a reserved id', { sub: 'system' }, 4401],
  ['a guest’s id', { sub: 'g_someone' }, 4401],
  ['an id too long', { sub: 'x'.repeat(129) }, 4401],
  ['a name too long', { sub: 'ada', name: 'x'.repeat(65) }, 4401],
  ['no session id', { sub: 'ada', sid: 'a session!' }, 4401],
  ['a role that there isn’t', { sub: 'ada', role: 'owner' as 'member' }, 4401],
  ['no date', { sub: 'ada', exp: 'tomorrow' as unknown as number }, 4401],
  ['another session’s', { sub: 'ada', sid: 'another' }, 4403],
])('a ticket with %s lets nobody in', (_name, claims, code) => {
  const clock = createManualClock()
  const server = createFakeServer({ clock })
  const query = `ticket=${encodeURIComponent(server.ticket(claims))}`
  const client = createRawClient(server, 'room', query)
  clock.advance(0)
  expect(client.events[1]).toMatch(new RegExp(`^close ${code}`))
})
