import { createSession } from '@session-kit/ui-kit/session'
import { createFakeServer, createManualClock } from '@session-kit/ui-kit/testing'
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
  clock.advance(60_000)
  expect(server.session('harbour').messages).toHaveLength(1)
  expect(session.getMessages()).toMatchObject([{ delivery: 'stored' }])
  expect(server.faults.lost).toBe(2)
  session.close()
})
