/** How much still fits is what `send` goes by, to the byte. */

import { expect, onTestFinished, test } from 'vitest'
import { type Limits, MESSAGE_MARGIN } from '../protocol/index.ts'
import { createFakeServer, createManualClock } from '../testing/index.ts'
import { createSession } from './createSession.ts'

function open(limits: Partial<Limits>) {
  const clock = createManualClock()
  const server = createFakeServer({ clock, limits, agent: () => null })
  const session = createSession({
    url: 'http://fake',
    sessionId: 'room',
    clock,
    storage: null,
    WebSocket: server.WebSocket,
  })
  onTestFinished(() => session.close())
  return { session, server, clock }
}

test.each<[string, Partial<Limits>, string]>([
  ['letters, by the frame', { frameBytes: 2_000 }, 'a'],
  ['what JSON escapes counts twice in a frame', { frameBytes: 2_000 }, '"'],
  ['several bytes each', { frameBytes: 2_000 }, 'é漢😀'],
  ['letters, by the message', { messageBytes: 1_000 }, 'a'],
  ['what JSON escapes counts once in a message', { messageBytes: 1_000 }, '\n'],
  ['letters, by a frame of the server', { serverFrameBytes: MESSAGE_MARGIN + 1_000 }, 'a'],
])('%s: what fits is stored, one byte more is refused', (_, limits, piece) => {
  const { session, server, clock } = open(limits)
  clock.advance(100)
  let text = ''
  while (session.bytesLeft(text + piece) >= 0) text += piece
  while (session.bytesLeft(`${text}b`) >= 0) text += 'b'
  expect(session.bytesLeft(text)).toBe(0)
  expect(() => session.send(`${text}b`)).toThrow(expect.objectContaining({ code: 'too_large' }))
  session.send(text)
  clock.advance(100)
  expect(server.session('room').messages.map(({ parts }) => parts)).toEqual([
    [{ type: 'text', text }],
  ])
})

test('it counts all parts and meta, and the limits are those of the last welcome', () => {
  const { session, clock } = open({ messageBytes: 500 })
  const before = session.bytesLeft('')
  clock.advance(100)
  expect(before).toBeGreaterThan(session.bytesLeft(''))
  expect(session.bytesLeft('')).toBe(500)
  const file = { type: 'file', url: '/f', mediaType: 'text/plain' } as const
  const parts = [{ type: 'text', text: 'abc' } as const, file]
  const bytes = JSON.stringify(file).length
  expect(session.bytesLeft({ parts })).toBe(500 - 3 - bytes)
  expect(session.bytesLeft({ parts, meta: { a: 1 } })).toBe(500 - 3 - bytes - '{"a":1}'.length)
})

test('to ask costs no id: what is sent next has the one that was asked with', () => {
  const ids: string[] = []
  const clock = createManualClock()
  const server = createFakeServer({ clock, agent: () => null })
  const session = createSession({
    url: 'http://fake',
    sessionId: 'room',
    clock,
    storage: null,
    WebSocket: server.WebSocket,
    createId: () => {
      ids.push(`an-id-${ids.length}`.padEnd(16, '-'))
      return ids.at(-1) as string
    },
  })
  onTestFinished(() => session.close())
  const drawn = ids.length
  for (let i = 0; i < 5; i++) session.bytesLeft('x'.repeat(i))
  const { cid } = session.send('a')
  session.bytesLeft('b')
  const next = session.send('b')
  expect(ids.slice(drawn)).toEqual([cid, next.cid])
})
