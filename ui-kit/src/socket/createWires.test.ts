/** The ground of the socket's tests: a clock, a page, and sockets whose other end is the test. */

import { expect, test } from 'vitest'
import { createFakeWebSocketClass, type FakeDownlink } from '../testing/createFakeWebSocketClass.ts'
import { createManualClock } from '../testing/createManualClock.ts'
import type { NetworkEvent, NetworkSignals } from './networkSignals.ts'

/** One socket, seen from its other end. */
export interface Wire extends FakeDownlink {
  url: string
  sent: unknown[]
  /** undefined while this side has not closed it */
  closedWith: number | undefined
}

export function createWires() {
  const clock = createManualClock()
  const wires: Wire[] = []
  const page = { online: true, visible: true, say: (_: NetworkEvent) => {} }
  const network: NetworkSignals = {
    isOnline: () => page.online,
    isVisible: () => page.visible,
    subscribe(listener) {
      page.say = listener
      return () => {
        page.say = () => {}
      }
    },
  }
  const WebSocket = createFakeWebSocketClass((url, downlink) => {
    const wire: Wire = { ...downlink, url: url.href, sent: [], closedWith: undefined }
    wires.push(wire)
    return {
      transmit: (data) => wire.sent.push(data),
      close: (code) => {
        wire.closedWith = code
      },
      bufferedBytes: () => 0,
    }
  })
  return {
    clock,
    wires,
    page,
    /** the last one unless given */
    wire(index = wires.length - 1) {
      const found = wires[index]
      if (!found) throw new Error(`there is no socket ${index}`)
      return found
    },
    /** What a line takes from outside; half of every wait is drawn. */
    platform: { clock, network, random: () => 0.5, WebSocket },
  }
}

test('a wire tells what was sent on it and how it was closed', () => {
  const { platform, wire } = createWires()
  const socket = new platform.WebSocket('ws://chat.test/raw')
  wire().opened()
  socket.send('word')
  socket.close(1000)
  expect(wire()).toMatchObject({ url: 'ws://chat.test/raw', sent: ['word'], closedWith: 1000 })
  expect(() => wire(1)).toThrow('no socket 1')
})
