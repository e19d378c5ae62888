/**
 * The fake network in front of a real server: the same switches, on real sockets.
 *
 * Frames are taken out of their arrays, pass the faults one by one, and are packed again.
 */

import { createSeed, type FakeNetwork } from '@session-kit/ui-kit/testing'
import { createFakeNetwork } from '../../../ui-kit/src/testing/createFakeNetwork.ts'
import type { FakeLine, FakeReceiver } from '../../../ui-kit/src/testing/FakeWire.ts'

export function faultyNetwork(): FakeNetwork {
  return createFakeNetwork({
    random: createSeed(1),
    accept: passOn,
    onFrame() {},
    clock: {
      now: () => performance.now(),
      setTimeout: (run, delayMs) => setTimeout(run, delayMs),
      clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
    },
  })
}

function passOn(line: FakeLine): FakeReceiver {
  const socket = new WebSocket(line.url.href)
  let early: string[] | undefined = []
  socket.addEventListener('open', () => {
    for (const text of early ?? []) socket.send(text)
    early = undefined
  })
  socket.addEventListener('message', ({ data }) => {
    const value = JSON.parse(String(data))
    line.batchBytes = Array.isArray(value) ? 1_048_576 : 0
    for (const frame of [value].flat()) line.push(frame.type, JSON.stringify(frame))
  })
  socket.addEventListener('close', ({ code, reason }) => line.close(code, reason))
  return {
    receive(data) {
      if (early) early.push(String(data))
      else socket.send(String(data))
    },
    ended: () => socket.close(),
  }
}
