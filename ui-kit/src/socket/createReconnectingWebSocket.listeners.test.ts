/** What an app does, or fails to do, while it is told of a change. */

import { expect, test } from 'vitest'
import {
  createReconnectingWebSocket,
  type ReconnectingWebSocket,
  type ReconnectingWebSocketOptions,
} from './createReconnectingWebSocket.ts'
import { createWires } from './createWires.test.ts'

function start(options: Partial<ReconnectingWebSocketOptions>) {
  const { platform, ...ground } = createWires()
  const socket = createReconnectingWebSocket({
    ...platform,
    url: 'ws://chat.test/raw',
    onMessage: () => {},
    onStatusChange: () => {},
    ...options,
  })
  return { ...ground, socket }
}

test('[F71] a listener of the finer state that throws takes the status from nobody', () => {
  const told: string[] = []
  const { wire, socket } = start({
    onStatusChange: (status) => told.push(status),
    onConnectionChange({ phase }) {
      if (phase === 'ended') throw new Error('mine')
    },
  })
  wire().opened()
  expect(() => socket.disconnect()).toThrow('mine')
  expect(told).toEqual(['connecting', 'connected', 'disconnected'])
})

test('[F42] what a listener says after its reconnect() waits for the new socket', () => {
  const outcomes: string[] = []
  const made: ReconnectingWebSocket[] = []
  const { wire, socket } = start({
    onStatusChange(status) {
      if (status !== 'connected' || outcomes.length > 0) return
      made[0]?.reconnect()
      outcomes.push(made[0]?.send('again') ?? '')
    },
  })
  made.push(socket)
  wire().opened()
  expect(outcomes).toEqual(['queued'])
  expect(wire(0).sent).toEqual([])
  wire(1).opened()
  expect(wire(1).sent).toEqual(['"again"'])
  expect(socket.send('live')).toBe('sent')
})

test('[F42] the same after the end; and after its disconnect() nothing is kept', () => {
  for (const [act, outcome] of [
    ['reconnect', 'queued'],
    ['disconnect', 'dropped'],
  ] as const) {
    const outcomes: string[] = []
    const made: ReconnectingWebSocket[] = []
    const { wire, wires, socket } = start({
      onStatusChange(status) {
        if (status === 'connecting' || (act === 'reconnect' && status === 'connected')) return
        if (outcomes.length > 0) return
        made[0]?.[act]()
        outcomes.push(made[0]?.send('word') ?? '')
      },
    })
    made.push(socket)
    wire().opened()
    if (act === 'reconnect') wire().closed(1000, '', true)
    expect(outcomes).toEqual([outcome])
    expect(wires).toHaveLength(act === 'reconnect' ? 2 : 1)
    expect(socket.getStatus()).toBe(act === 'reconnect' ? 'connecting' : 'disconnected')
  }
})

test('[F24] a signal that outlives its lines holds none that has ended, and ends one that is back', () => {
  const leaving = new AbortController()
  const held = new Set<unknown>()
  const { signal } = leaving
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (type: string, run: never) => {
    held.add(run)
    add(type, run)
  }
  signal.removeEventListener = (type: string, run: never) => {
    held.delete(run)
    remove(type, run)
  }
  const { socket, wire } = start({ signal })
  expect(held.size).toBe(1)
  socket.disconnect()
  expect(held.size).toBe(0)
  socket.reconnect()
  wire().opened()
  expect(held.size).toBe(1)
  leaving.abort()
  expect(socket.getStatus()).toBe('disconnected')
  expect(held.size).toBe(0)
})
