/** A client without manners, for tests of servers: it says what it is told and notes what it hears. */

import { decodeServerFrames, type ServerFrame } from '../protocol/index.ts'
import type { FakeNetwork } from './createFakeNetwork.ts'
import type { FakeWebSocket } from './createFakeWebSocketClass.ts'

export interface RawClient {
  readonly socket: FakeWebSocket
  /** all frames, those of batches one by one */
  readonly frames: ServerFrame[]
  /** the texts as they came */
  readonly texts: string[]
  /** `open`, `error`, `close 1006` in the order they fired */
  readonly events: string[]
  /** A text or bytes as they are, anything else as JSON. */
  say(frame: unknown): void
  /** What came since the last call, as `type` or `type:detail`. */
  heard(): string[]
  all<T extends ServerFrame['type']>(type: T): (ServerFrame & { type: T })[]
}

export function createRawClient(
  network: Pick<FakeNetwork, 'WebSocket'>,
  session = 'room',
  query = '',
  origin = 'ws://fake.test',
): RawClient {
  const socket = new network.WebSocket(`${origin}/sessions/${session}/websocket?${query}`)
  const frames: ServerFrame[] = []
  const texts: string[] = []
  const events: string[] = []
  let heardUntil = 0
  socket.addEventListener('open', () => events.push('open'))
  socket.addEventListener('error', () => events.push('error'))
  socket.addEventListener('close', ({ code, reason }) =>
    events.push(`close ${code} ${reason}`.trim()),
  )
  socket.addEventListener('message', ({ data }) => {
    texts.push(data)
    frames.push(...(decodeServerFrames(data) ?? []))
  })
  return {
    socket,
    frames,
    texts,
    events,
    say(frame) {
      const isBinary =
        frame instanceof Blob || frame instanceof ArrayBuffer || ArrayBuffer.isView(frame)
      socket.send(isBinary || typeof frame === 'string' ? frame : JSON.stringify(frame))
    },
    heard() {
      const news = frames.slice(heardUntil)
      heardUntil = frames.length
      return news.map(nameOf)
    },
    all: (type) => frames.filter((frame) => frame.type === type) as never,
  }
}

function nameOf(frame: ServerFrame): string {
  switch (frame.type) {
    case 'msg':
      return `msg:${frame.seq} ${frame.message.role} ${frame.message.state}`
    case 'sync':
      return `sync:${frame.mode} ${frame.messages.length} to ${frame.to}${frame.more ? ' more' : ''}`
    case 'ack':
      return `ack:${frame.cid}${frame.dup ? ' dup' : ''}`
    case 'nack':
      return `nack:${frame.cid} ${frame.code}`
    case 'error':
      return `error:${frame.code}`
    case 'status':
      return `status:${frame.state}`
    case 'presence':
      return `presence:${frame.op} ${frame.connections}`
    case 'delta':
      return `delta:${frame.part} from ${frame.from}`
    default:
      return frame.type
  }
}
