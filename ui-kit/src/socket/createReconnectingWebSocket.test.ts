import { describe, expect, test, vi } from 'vitest'
import { PING, PONG } from '../protocol/frames.ts'
import { createFakeWebSocketClass } from '../testing/createFakeWebSocketClass.ts'
import {
  createReconnectingWebSocket,
  type ReconnectingWebSocketOptions,
} from './createReconnectingWebSocket.ts'
import { createWires, type Wire } from './createWires.test.ts'

function start(options: Partial<ReconnectingWebSocketOptions> = {}) {
  const { platform, ...ground } = createWires()
  const seen: unknown[] = []
  const socket = createReconnectingWebSocket({
    ...platform,
    url: 'ws://chat.test/raw',
    onMessage: (data) => seen.push(data),
    onStatusChange: (status) => seen.push(status),
    ...options,
  })
  return { ...ground, seen, socket }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the contract', () => {
  test('connects at once, speaks JSON both ways, comes back after a cut', () => {
    const { clock, wire, wires, seen, socket } = start()
    expect(socket.getStatus()).toBe('connecting')
    wire().opened()
    expect(socket.send({ text: 'hi' })).toBe('sent')
    expect(wire().sent).toEqual(['{"text":"hi"}'])
    wire().received('{"type":"echo","data":1}')
    wire().closed(1006, '', false)
    expect(socket.getStatus()).toBe('disconnected')
    clock.advance(550)
    wire().opened()
    expect(wires).toHaveLength(2)
    expect(seen).toEqual([
      'connecting',
      'connected',
      { type: 'echo', data: 1 },
      'disconnected',
      'connecting',
      'connected',
    ])
  })

  test('[F60] out of sight it puts off its return, but not with something queued', () => {
    const { clock, wire, wires, page, socket } = start()
    wire().opened()
    page.visible = false
    page.say('hidden')
    wire().closed(1006, '', false)
    clock.advance(10_000)
    expect(wires).toHaveLength(1)
    for (const n of [1, 2, 3]) expect(socket.send({ n })).toBe('queued')
    clock.advance(250)
    expect(wires).toHaveLength(2)
    wire().closed(1006, '', false)
    clock.advance(2_000)
    expect(wires).toHaveLength(3)
    wire().opened()
    expect(wire().sent).toHaveLength(3)
  })

  test('[F60] offline, what is queued again and again puts off no attempt', () => {
    const { clock, wire, wires, page, socket } = start()
    wire().opened()
    page.online = false
    wire().closed(1006, '', false)
    for (let second = 0; second < 30; second++) {
      socket.send({ second })
      clock.advance(1_000)
    }
    expect(wires.length).toBeGreaterThan(1)
  })

  test('does not come back after 1000, nor after disconnect()', () => {
    const ended = start()
    ended.wire().opened()
    ended.wire().closed(1000, '', true)
    ended.clock.advance(600_000)
    expect(ended.wires).toHaveLength(1)
    expect(ended.socket.getStatus()).toBe('disconnected')

    const left = start()
    left.wire().opened()
    left.socket.disconnect()
    left.socket.disconnect()
    expect(left.wire().closedWith).toBe(1000)
    expect(left.socket.getStatus()).toBe('disconnected')
    left.page.say('online')
    left.clock.advance(600_000)
    expect(left.wires).toHaveLength(1)
    expect(left.seen).toEqual(['connecting', 'connected', 'disconnected'])
  })

  test('[F42] reconnect() is the way back from both, and an attempt now at any time', () => {
    const { wires, wire, socket, clock } = start()
    socket.reconnect()
    expect(wires).toHaveLength(2)
    wire().opened()
    socket.reconnect()
    expect(wires).toHaveLength(3)
    wire().closed(1000, '', true)
    socket.reconnect()
    expect(wires).toHaveLength(4)
    wire().closed(1006, '', false)
    clock.advance(100)
    socket.reconnect()
    expect(wires).toHaveLength(5)
    socket.disconnect()
    socket.reconnect()
    wire().opened()
    expect(wires).toHaveLength(6)
    expect(socket.getStatus()).toBe('connected')
  })

  test('[F69] what is no JSON is reported and dropped, and nothing throws', () => {
    const problems: string[] = []
    const { wire, seen } = start({ onProblem: ({ text }) => problems.push(text) })
    wire().opened()
    wire().received('{"half":')
    wire().received('7')
    expect(problems).toEqual(['{"half":'])
    expect(seen.at(-1)).toBe(7)
  })

  test('[F71] a listener that throws reaches its caller, and leaves the line in order', () => {
    const { wire, seen, socket } = start({
      onConnectionChange: ({ phase }) => {
        if (phase === 'ended') throw new Error('mine')
      },
    })
    wire().opened()
    expect(() => socket.disconnect()).toThrow('mine')
    socket.reconnect()
    wire().opened()
    wire().received('1')
    expect(seen.at(-1)).toBe(1)
    expect(socket.getStatus()).toBe('connected')
  })

  test('[F71] a listener that throws at `open` keeps nobody from being connected', () => {
    const phases: string[] = []
    const { wire, socket } = start({
      onConnectionChange: ({ phase }) => {
        phases.push(phase)
        if (phase === 'syncing') throw new Error('mine')
      },
    })
    // Node throws what an event listener threw in the next tick, as a browser reports it.
    const reported: unknown[] = []
    const nextTick = vi.spyOn(process, 'nextTick').mockImplementation((run) => {
      try {
        run()
      } catch (error) {
        reported.push(error)
      }
    })
    wire().opened()
    nextTick.mockRestore()
    expect(reported).toEqual([new Error('mine')])
    expect(phases).toEqual(['connecting', 'syncing', 'live'])
    expect(socket.getStatus()).toBe('connected')
  })

  test('[F71] a listener that throws at the first dial leaves no socket behind', () => {
    const sockets: Wire[] = []
    const WebSocket = createFakeWebSocketClass((url, downlink) => {
      const wire: Wire = { ...downlink, url: url.href, sent: [], closedWith: undefined }
      sockets.push(wire)
      return {
        transmit: () => {},
        close: (code) => {
          wire.closedWith = code
        },
        bufferedBytes: () => 0,
      }
    })
    const onStatusChange = (status: string) => {
      if (status === 'connecting') throw new Error('mine')
    }
    expect(() => start({ WebSocket, onStatusChange })).toThrow('mine')
    expect(sockets.map(({ closedWith }) => closedWith)).toEqual([1000])
  })

  test('an aborted signal ends the line; one that was aborted before never dials', () => {
    const abort = new AbortController()
    const { wire, socket } = start({ signal: abort.signal })
    wire().opened()
    abort.abort()
    expect(socket.getStatus()).toBe('disconnected')
    const never = start({ signal: abort.signal })
    expect(never.wires).toHaveLength(0)
    expect(never.socket.getConnection()).toEqual({ phase: 'ended', attempt: 0 })
  })
})

describe('the queue', () => {
  test('[F52] [F54] what is said before `connected` leaves in order; above the bound it is dropped', () => {
    const { wire, socket } = start({ queueLimit: 3 })
    expect([1, 2, 3, 4].map((n) => socket.send(n))).toEqual([
      'queued',
      'queued',
      'queued',
      'dropped',
    ])
    wire().opened()
    expect(socket.send(5)).toBe('sent')
    expect(wire().sent).toEqual(['1', '2', '3', '5'])
  })

  test('[F47] a closing socket is given nothing', () => {
    const { wire, socket, clock } = start()
    wire().opened()
    wire().closed(1012, 'restart', true)
    expect(socket.send('a')).toBe('queued')
    clock.advance(550)
    expect(wire().sent).toEqual([])
    wire().opened()
    expect(wire().sent).toEqual(['"a"'])
  })

  test('disconnect() empties it, and nothing is taken after the end', () => {
    const { wire, socket } = start()
    socket.send('old')
    socket.disconnect()
    expect(socket.send('late')).toBe('dropped')
    socket.reconnect()
    wire().opened()
    expect(wire().sent).toEqual([])
  })

  test('what can’t be written as JSON throws, and says so', () => {
    const { socket } = start()
    expect(() => socket.send(undefined)).toThrow(/takes a JSON value/)
  })
})

describe('attempts', () => {
  test('[F02] a url that never comes fails the attempt at its budget; a fresh one follows', () => {
    let asked = 0
    const { clock, wires } = start({
      url: () => {
        asked++
        return new Promise<string>(() => {})
      },
    })
    clock.advance(10_000)
    clock.advance(550)
    expect(asked).toBe(2)
    expect(wires).toHaveLength(0)
  })

  test('[F03] a provider that rejects twice is asked a third time', async () => {
    let asked = 0
    const { clock, wire } = start({
      url: async () => {
        asked++
        if (asked < 3) throw new Error('no ticket')
        return 'ws://chat.test/third'
      },
    })
    for (let i = 0; i < 3; i++) {
      await settle()
      clock.advance(2_000)
    }
    expect(wire().url).toBe('ws://chat.test/third')
    expect(asked).toBe(3)
  })

  test('[F04] [F59] a url that comes after disconnect() or a newer attempt opens nothing', async () => {
    const answers: ((url: string) => void)[] = []
    const { wires, socket } = start({ url: () => new Promise((resolve) => answers.push(resolve)) })
    socket.reconnect()
    answers[0]?.('ws://chat.test/old')
    await settle()
    expect(wires).toHaveLength(0)
    answers[1]?.('ws://chat.test/new')
    await settle()
    expect(wires.map(({ url }) => url)).toEqual(['ws://chat.test/new'])
    socket.reconnect()
    socket.disconnect()
    answers[2]?.('ws://chat.test/late')
    await settle()
    expect(wires).toHaveLength(1)
  })

  test('[F05] a provider that says `final` ends the line, with its reason', async () => {
    const { clock, socket, wires } = start({
      url: async () => {
        throw Object.assign(new Error('signed out'), { final: true })
      },
    })
    await settle()
    clock.advance(600_000)
    expect(wires).toHaveLength(0)
    expect(socket.getConnection()).toMatchObject({
      phase: 'ended',
      close: { code: 0, reason: 'signed out' },
    })
  })

  test('[F06] a constructor that throws is a failed attempt', () => {
    let tries = 0
    const { clock, socket } = start({
      WebSocket: class {
        constructor() {
          tries++
          throw new SyntaxError('blocked')
        }
      } as never,
    })
    expect(socket.getConnection()).toMatchObject({
      phase: 'waiting',
      attempt: 1,
      close: { code: 0, reason: 'blocked' },
    })
    clock.advance(550)
    expect(tries).toBe(2)
  })

  test('[F07] `error` and then `close` are one failure, with the true code', () => {
    const { wire, socket } = start()
    wire().closed(1006, '', false)
    expect(socket.getConnection()).toMatchObject({ attempt: 1, close: { code: 1006 } })
  })

  test('[F11] a portal that refuses for an hour never ends the line', () => {
    const { clock, wire, wires, socket } = start()
    while (clock.now() < 3_600_000) {
      wire().closed(1006, '', false)
      clock.advance((socket.getConnection().retryAtMs ?? 0) - clock.now())
    }
    wire().opened()
    expect(socket.getStatus()).toBe('connected')
    expect(wires.length).toBeGreaterThan(100)
  })

  test('[F43] disconnect() and reconnect() five times leave one socket, in the wanted state', () => {
    const { wires, socket } = start()
    for (let i = 0; i < 5; i++) {
      socket.disconnect()
      socket.reconnect()
    }
    for (const wire of wires) wire.opened()
    expect(wires.filter(({ closedWith }) => closedWith === undefined)).toHaveLength(1)
    expect(socket.getStatus()).toBe('connected')
  })
})

describe('liveness', () => {
  test('[F18] [F19] a dead socket is left at once, and its late events are ignored', () => {
    const { clock, wire, wires, seen, socket } = start({ heartbeat: true })
    wire().opened()
    clock.advance(25_000)
    expect(wire().sent).toEqual([PING])
    clock.advance(5_000)
    expect(socket.getStatus()).toBe('disconnected')
    clock.advance(550)
    wire().opened()
    const before = seen.length
    wire(0).received('"late"')
    wire(0).closed(1006, '', false)
    expect(seen).toHaveLength(before)
    expect(wires).toHaveLength(2)
    expect(socket.getStatus()).toBe('connected')
  })

  test('[F32] the answer to a ping keeps the line alive and is told to nobody', () => {
    const { clock, wire, wires, seen } = start({ heartbeat: true })
    wire().opened()
    for (let i = 0; i < 10; i++) {
      clock.advance(25_000)
      wire().received(PONG)
    }
    expect(wires).toHaveLength(1)
    expect(seen).toEqual(['connecting', 'connected'])
  })

  test('without a heartbeat nothing is sent that nobody asked for, and a pong is a message', () => {
    const { clock, wire, page, seen } = start()
    wire().opened()
    clock.advance(600_000)
    page.say('visible')
    expect(wire().sent).toEqual([])
    wire().received(PONG)
    expect(seen.at(-1)).toEqual(JSON.parse(PONG))
  })
})
