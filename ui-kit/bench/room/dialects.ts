/**
 * The five ways to speak that the clients need: each just enough for its client to come in, stay,
 * and hear what is said. Catching up is spoken where a client can do it.
 */

import { DEFAULT_LIMITS, PING, PONG } from '../../src/protocol/index.ts'
import { createMessage, type Dialect, EPOCH, msgFrame } from './Dialect.ts'

/** The usual pace of those servers that begin the heartbeat themselves. */
const BEAT_MS = 25_000

/** No handshake: an open socket is in. */
export const raw: Dialect = {
  answer: () => [],
  wrap: (frame) => JSON.stringify(frame),
}

export const sessionProtocol: Dialect = {
  inMark: '"more":false',
  answer(text, { log, connections }) {
    if (text === PING) return [PONG]
    const { type, epoch, cursor = 0 } = JSON.parse(text)
    if (type !== 'hello') return []
    const isResumed = epoch === EPOCH
    const welcome = {
      type: 'welcome',
      v: 1,
      session: 'room',
      you: { conn: 'connection', user: { id: 'g_reader', name: '' }, role: 'member' },
      epoch: EPOCH,
      head: log.length,
      limits: DEFAULT_LIMITS,
      peers: [],
      connections,
      status: { state: 'idle' },
    }
    const sync = {
      type: 'sync',
      mode: isResumed ? 'suffix' : 'snapshot',
      epoch: EPOCH,
      to: log.length,
      messages: isResumed ? log.slice(cursor) : log,
      hasOlder: false,
      more: false,
    }
    return [JSON.stringify(welcome), JSON.stringify(sync)]
  },
  count: (connections) => JSON.stringify({ type: 'presence', op: 'count', connections }),
  wrap: (frame) => JSON.stringify(frame),
}

/** Centrifugo's, as JSON, with a channel that recovers. */
export const centrifugo: Dialect = {
  beat: { text: '{}', everyMs: BEAT_MS },
  inMark: '"subscribe"',
  answer: (text, { log }) =>
    text.split('\n').flatMap((line) => {
      const { id, connect, subscribe } = JSON.parse(line)
      if (connect)
        return JSON.stringify({
          id,
          connect: { client: 'client', version: '6', ping: BEAT_MS / 1_000, pong: true },
        })
      if (!subscribe) return []
      const missed = subscribe.recover ? log.slice(subscribe.offset) : []
      const reply = {
        recoverable: true,
        positioned: true,
        epoch: EPOCH,
        offset: log.length,
        was_recovering: !!subscribe.recover,
        recovered: !!subscribe.recover,
        publications: missed.map((message) => ({ data: msgFrame(message), offset: message.seq })),
      }
      return JSON.stringify({ id, subscribe: reply })
    }),
  wrap: (frame, seq) =>
    JSON.stringify({ push: { channel: 'room', pub: { data: frame, offset: seq } } }),
}

/** Phoenix channels, second version: join reference, reference, topic, event, payload. */
export const phoenixChannels: Dialect = {
  inMark: '"phx_reply"',
  answer(text) {
    const [joinRef, ref, topic] = JSON.parse(text)
    return [JSON.stringify([joinRef, ref, topic, 'phx_reply', { status: 'ok', response: {} }])]
  },
  wrap: (frame) => JSON.stringify([null, null, 'room', 'msg', frame]),
}

/** Engine.IO 4 with Socket.IO 5 on top: each text begins with the digits of its kind. */
export const socketIo: Dialect = {
  greeting: `0${JSON.stringify({ sid: 'engine', upgrades: [], pingInterval: BEAT_MS, pingTimeout: 20_000, maxPayload: 1_000_000 })}`,
  beat: { text: '2', everyMs: BEAT_MS },
  inMark: '40{',
  answer: (text) => (text.startsWith('40') ? ['40{"sid":"socket"}'] : []),
  wrap: (frame) => `42${JSON.stringify(['msg', frame])}`,
}

/** What a log of this length holds: texts of 40 to 400 characters. */
export const createLog = (length: number) =>
  Array.from({ length }, (_, n) =>
    createMessage(n + 1, `said ${n + 1} `.repeat(4 + ((n * 7) % 36))),
  )
