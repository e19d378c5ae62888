/** What sockets do that nobody expects of them, and what is kept of them, or told. */

import { expect, test } from 'vitest'
import {
  createReconnectingWebSocket,
  type ReconnectingWebSocketOptions,
} from './createReconnectingWebSocket.ts'
import { createWires } from './createWires.test.ts'
import type { WebSocketClass } from './WebSocketLike.ts'

function start(
  options: Partial<ReconnectingWebSocketOptions> = {},
  change = (Inner: WebSocketClass) => Inner,
) {
  const { platform, ...ground } = createWires()
  const seen: unknown[] = []
  const socket = createReconnectingWebSocket({
    ...platform,
    WebSocket: change(platform.WebSocket),
    url: 'ws://chat.test/raw',
    onMessage: (data) => seen.push(data),
    onStatusChange: (status) => seen.push(status),
    onProblem: ({ message }) => seen.push(message),
    ...options,
  })
  return { ...ground, seen, socket }
}

test('[F19] one whose close() throws is left all the same: the next one is dialled', () => {
  let dials = 0
  const { clock, wire, wires, socket } = start(
    { heartbeat: true },
    (Inner) =>
      class extends Inner {
        readonly #mine = dials++
        override close(code?: number) {
          if (this.#mine < 2) throw new Error('boom')
          super.close(code)
        }
      },
  )
  wire().opened()
  socket.reconnect()
  expect(wires).toHaveLength(2)
  wire().opened()
  // Nor does it keep a dead line from being found, and given up.
  clock.advance(30_550)
  expect(wires).toHaveLength(3)
  wire().opened()
  expect(socket.getStatus()).toBe('connected')
  wire(0).received('1')
  wire(1).received('2')
  socket.disconnect()
  expect(socket.getStatus()).toBe('disconnected')
})

test('[F14] who says that no number is the crowd comes back as one who is alone', () => {
  for (const crowd of [Number.NaN, undefined, 'many', -3, 0]) {
    const { clock, wire, wires } = start({ crowd: () => crowd as number, random: () => 0.999 })
    wire().opened()
    wire().closed(1006, '', false)
    clock.advance(1_000)
    expect(wires, `${crowd}`).toHaveLength(2)
  }
})

test('what an url asks for is a secret: no error of it tells, whoever says it', async () => {
  const url = 'ws://chat.test/raw?ticket=s3cret&name=ada'
  for (const [options, said] of [
    [{ url: () => Promise.reject(new Error(`no answer from ${url} today`)) }, /^no answer from/],
    [
      {
        url,
        WebSocket: class {
          constructor(at: string) {
            throw new SyntaxError(`'${at}'`)
          }
        },
      },
      /^'/,
    ],
  ] as const) {
    const { socket } = start(options as never)
    await new Promise<void>((resolve) => setImmediate(resolve))
    const { reason } = socket.getConnection().close ?? {}
    expect(reason).toMatch(said)
    expect(reason).toContain('ws://chat.test/raw')
    expect(reason).not.toContain('ticket')
    expect(reason).not.toContain('s3cret')
    expect(reason).not.toContain('ada')
  }
})

test('[F69] a binary frame is a sign of life, and told to nobody', () => {
  const { clock, wire, wires, seen } = start({ heartbeat: true })
  wire().opened()
  clock.advance(29_000)
  wire().received(new ArrayBuffer(8) as never)
  clock.advance(10_000)
  expect(wires).toHaveLength(1)
  expect(seen).toEqual(['connecting', 'connected'])
})

test('[F54] what waits never grows above 1 MiB, however few they are', () => {
  const { wire, socket } = start()
  const half = 'x'.repeat(2 ** 19 - 3)
  expect([half, half, 'x', half].map((text) => socket.send(text))).toEqual([
    'queued',
    'queued',
    'dropped',
    'dropped',
  ])
  wire().opened()
  expect(wire().sent.map((text) => String(text).length)).toEqual([2 ** 19 - 1, 2 ** 19 - 1])
  expect(start().socket.send('x'.repeat(2 ** 20))).toBe('dropped')
})

test('[F24] reconnect() after an abort does nothing: what is said then is dropped, not kept', () => {
  const abort = new AbortController()
  const { wire, wires, socket } = start({ signal: abort.signal })
  wire().opened()
  abort.abort()
  socket.reconnect()
  expect(socket.send('word')).toBe('dropped')
  expect(wires).toHaveLength(1)
})
