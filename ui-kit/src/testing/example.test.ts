import { createSession } from '@session-kit/ui-kit/session'
import { assertNoGaps, createFakeServer, createManualClock } from '@session-kit/ui-kit/testing'
import { expect, test } from 'vitest'

test('what is written without a line arrives once, even when the answer gets lost', () => {
  const clock = createManualClock()
  const server = createFakeServer({ clock, agent: () => null })
  const session = createSession({
    url: 'https://chat.example.com',
    sessionId: 'harbour',
    WebSocket: server.WebSocket,
    clock,
    storage: null,
  })
  clock.advance(100)

  server.offline(true)
  clock.advance(100)
  session.send('Is anybody there?')
  expect(session.getMessages()).toMatchObject([{ delivery: 'queued' }])

  server.offline(false)
  server.loseNext('msg')
  server.loseNext('ack')
  server.session('harbour').post('I am.', 'Grace')
  clock.advance(60_000)
  expect(server.faults.lost).toBe(2)
  expect(session.getMessages()).toMatchObject([{ delivery: 'stored' }, { delivery: 'stored' }])
  assertNoGaps(session.getMessages(), server.session('harbour').messages)
  session.close()
})
