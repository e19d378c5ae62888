/**
 * A room on loopback, in this process: lets in who speaks its dialect, tells everybody what is
 * said, and fails as it is told to.
 */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { createMessage, type Dialect, msgFrame, type Room } from './Dialect.ts'

export interface RoomServer {
  /** `http://…` */
  url: string
  /** Stored, and told to everybody who is in. */
  say(text: string): void
  /** Every socket is gone at once, without a word; whoever comes again is let in. */
  cut(): void
  /** Every socket that is open stays open, and nothing comes or is read any more. */
  fallSilent(): void
  stop(): Promise<void>
}

export interface RoomEvents {
  onOpen?(socket: WebSocket): void
  onIn?(socket: WebSocket): void
}

/** A server tells no more often how many there are. */
export const COUNT_MS = 1_000

export async function startRoom(
  dialect: Dialect,
  { onOpen, onIn }: RoomEvents = {},
): Promise<RoomServer> {
  const { greeting, beat, inMark, answer, count, wrap } = dialect
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const room: Room = { log: [], connections: 0 }
  const people = new Set<WebSocket>()
  const silent = new WeakSet<WebSocket>()

  const tell = (socket: WebSocket, text: string) => {
    if (!silent.has(socket)) socket.send(text)
  }
  const letIn = (socket: WebSocket) => {
    if (people.has(socket)) return
    people.add(socket)
    onIn?.(socket)
  }
  let counted = 0
  const counting = setInterval(() => {
    if (!count || people.size === counted) return
    counted = people.size
    for (const socket of people) tell(socket, count(counted))
  }, COUNT_MS)

  server.on('connection', (socket) => {
    const beating = beat && setInterval(() => tell(socket, beat.text), beat.everyMs)
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(beating)
      people.delete(socket)
    })
    socket.on('message', (data) => {
      room.connections = people.size + 1
      for (const text of answer(`${data}`, room)) {
        tell(socket, text)
        if (inMark !== undefined && text.includes(inMark)) letIn(socket)
      }
    })
    if (greeting !== undefined) tell(socket, greeting)
    onOpen?.(socket)
    if (inMark === undefined) letIn(socket)
  })

  const cut = () => {
    for (const socket of server.clients) socket.terminate()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    say(text) {
      const message = createMessage(room.log.length + 1, text)
      room.log.push(message)
      for (const socket of people) tell(socket, wrap(msgFrame(message), message.seq))
    },
    cut,
    fallSilent() {
      for (const socket of server.clients) {
        silent.add(socket)
        socket.pause()
      }
    },
    async stop() {
      cut()
      clearInterval(counting)
      server.close()
      await once(server, 'close')
    },
  }
}
