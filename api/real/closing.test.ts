/** The end of a socket on real TCP: the answer that the client gets, and what its peers hear. */

import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from './eventually.ts'
import type { RealClient } from './RealClient.ts'
import { newSession, type ProofServer, startProofServer } from './startProofServer.ts'

const MIB = 1_048_576
const CLOSE_FRAME = 0x88

let server: ProofServer

beforeAll(async () => {
  server = await startProofServer()
})

afterAll(() => server.stop())

interface Ending {
  end(client: RealClient): void | Promise<void>
  /** what the client gets to see */
  seen: { code: number; reason?: string }
}

/** 123 bytes of UTF-8, the longest that a close frame holds. */
const LONGEST = `${'ü'.repeat(61)}.`

const endings: Record<string, Ending> = {
  '[S56] close() without a code is answered with 1000': {
    end: ({ socket }) => socket.close(),
    seen: { code: 1000 },
  },
  '[S57] 1000 is returned': {
    end: ({ socket }) => socket.close(1000, 'bye'),
    seen: { code: 1000, reason: 'bye' },
  },
  '[S57] 1001 is returned': {
    end: ({ socket }) => socket.close(1001),
    seen: { code: 1001, reason: '' },
  },
  '[S57] 4321 is returned': {
    end: ({ socket }) => socket.close(4321, 'moved'),
    seen: { code: 4321, reason: 'moved' },
  },
  '[S57] the longest reason is returned': {
    end: ({ socket }) => socket.close(4000, LONGEST),
    seen: { code: 4000, reason: LONGEST },
  },
  '[S59] a reason of 200 bytes, which no frame may have, is cut': {
    end: (client) => handMade(client, CLOSE_FRAME, `\x0f\xa0${'x'.repeat(200)}`),
    seen: { code: 4000, reason: 'x'.repeat(123) },
  },
  '[S46] a frame of 33 MiB ends the line with 1009': {
    end: async (client) => {
      client.socket.send('x'.repeat(33 * MIB))
      await eventually(
        () => client.isOpen,
        (isOpen) => !isOpen,
      )
      // It was told, but nobody reads what is left of the frame, and the socket waits for that.
      client.socket.terminate()
    },
    seen: { code: 1009 },
  },
  '[S46] a frame of 1 MiB is refused by the session with 1009': {
    end: ({ socket }) => socket.send('x'.repeat(MIB)),
    seen: { code: 1009, reason: 'too_large' },
  },
  '[S58] a line that breaks without a close frame': {
    end: ({ socket }) => socket.terminate(),
    seen: { code: 1006 },
  },
}

describe('the end of a socket', () => {
  for (const [name, { end, seen }] of Object.entries(endings))
    test(`[W14][S60] ${name}, and presence leaves once`, async () => {
      const session = newSession()
      const watcher = await server.join(session, 'watcher')
      const ada = await server.join(session, 'ada')
      const conn = ada.all('welcome')[0]?.you.conn
      await watcher.next('presence', (frame) => frame.op === 'join' && frame.peer.conn === conn)

      await end(ada)
      expect(await ada.until(() => ada.closed, 'the end of the socket')).toMatchObject(seen)
      await watcher.next('presence', ({ op }) => op === 'leave')

      // A second one would have been told by the time that another peer has come and gone.
      const ben = await server.join(session, 'ben')
      ben.socket.close(1000)
      await watcher.next(
        'presence',
        (frame) => frame.op === 'leave' && frame.peer.user.name === 'ben',
      )
      const leaves = watcher
        .all('presence')
        .flatMap((frame) => (frame.op === 'leave' ? [frame] : []))
      expect(leaves.map(({ peer, connections }) => [peer.user.name, connections])).toEqual([
        ['ada', 1],
        ['ben', 1],
      ])
      await eventually(
        () => server.ask<Record<string, number>>(session, 'unread'),
        (open) => Object.keys(open).join() === 'watcher',
      )
      watcher.socket.close()
    })

  test('[W14] the whole session leaves at once, and nobody is left over', async () => {
    const session = newSession()
    const watcher = await server.join(session, 'watcher')
    const names = Array.from({ length: 30 }, (_, n) => `peer-${n}`)
    const peers = await Promise.all(names.map((name) => server.join(session, name)))
    for (const [n, { socket }] of peers.entries()) {
      if (n % 3 === 0) socket.terminate()
      else socket.close(...(n % 3 === 1 ? [] : [4000 + n]))
    }
    const leaves = () =>
      watcher
        .all('presence')
        .flatMap((frame) => (frame.op === 'leave' ? [frame.peer.user.name] : []))
    await watcher.until(() => leaves().length >= names.length, 'all leaves')
    await watcher.hello()
    expect(watcher.all('welcome').at(-1)).toMatchObject({ connections: 1, peers: [] })
    expect(leaves().sort()).toEqual(names.sort())
    watcher.socket.close()
  })
})

/** A frame that no library would send, masked with zeroes; one character is one byte. */
function handMade({ socket }: RealClient, firstByte: number, payload: string): void {
  const head = [firstByte, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0]
  const { _socket: line } = socket as unknown as { _socket: Socket }
  line.write(Buffer.concat([Buffer.from(head), Buffer.from(payload, 'latin1')]))
}
