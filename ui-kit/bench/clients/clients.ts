/** The clients that are compared, ours and the others', each through its own public entry. */

import { Centrifuge } from 'centrifuge'
import { WebSocket as PartySocket } from 'partysocket'
import { Socket as PhoenixSocket } from 'phoenix'
import ReconnectingWebSocket from 'reconnecting-websocket'
import { io, WebSocket as PlatformSocket } from 'socket.io-client'
import type { MsgFrame } from '../../src/protocol/index.ts'
import { createSession } from '../../src/session/index.ts'
import { createReconnectingWebSocket } from '../../src/socket/index.ts'
import { textOf } from '../room/Dialect.ts'
import { centrifugo, phoenixChannels, raw, sessionProtocol, socketIo } from '../room/dialects.ts'
import type { Client } from './Client.ts'

const toWs = (url: string) => url.replace(/^http/, 'ws')

/** What somebody keeps who has no session to do it for them. */
function createTexts() {
  const texts: string[] = []
  return {
    texts: () => texts,
    take: ({ message }: MsgFrame) => texts.push(textOf(message)),
  }
}

export const session: Client = {
  name: 'session-kit',
  dialect: sessionProtocol,
  isCatchingUp: true,
  connect(url, { onUp, onDown }) {
    const { store, getMessages, close } = createSession({ url, sessionId: 'room', storage: null })
    store.subscribe(({ status }, { status: before }) => {
      if (status === before) return
      if (status === 'connected') onUp()
      else if (before === 'connected') onDown()
    })
    return { texts: () => getMessages().map(textOf), stop: close }
  },
}

export const line: Client = {
  name: 'session-kit/socket',
  dialect: raw,
  isCatchingUp: false,
  connect(url, { onUp, onDown }) {
    const { texts, take } = createTexts()
    let isUp = false
    const { disconnect } = createReconnectingWebSocket({
      url: toWs(url),
      heartbeat: true,
      onMessage: (data) => take(data as MsgFrame),
      onStatusChange(status) {
        if (status === 'connected') onUp()
        else if (isUp) onDown()
        isUp = status === 'connected'
      },
    })
    return { texts, stop: disconnect }
  },
}

interface EventSocket {
  onopen: unknown
  onclose: unknown
  onmessage: unknown
  onerror: unknown
  close(): void
}

/** Those that look like the platform's WebSocket. */
function connectLike(socket: EventSocket, onUp: () => void, onDown: () => void) {
  const { texts, take } = createTexts()
  let isUp = false
  socket.onopen = () => {
    isUp = true
    onUp()
  }
  socket.onclose = () => {
    if (isUp) onDown()
    isUp = false
  }
  socket.onmessage = ({ data }: { data: string }) => take(JSON.parse(data))
  socket.onerror = () => {}
  return { texts, stop: () => socket.close() }
}

export const partysocket: Client = {
  name: 'partysocket',
  dialect: raw,
  isCatchingUp: false,
  connect: (url, { onUp, onDown }) => connectLike(new PartySocket(toWs(url)), onUp, onDown),
}

export const reconnectingWebSocket: Client = {
  name: 'reconnecting-websocket',
  dialect: raw,
  isCatchingUp: false,
  connect(url, { onUp, onDown }) {
    // Its own default, which it draws once a page: here every client is a page.
    const minReconnectionDelay = 1_000 + Math.random() * 4_000
    const socket = new ReconnectingWebSocket(toWs(url), [], { minReconnectionDelay })
    return connectLike(socket, onUp, onDown)
  },
}

export const phoenix: Client = {
  name: 'phoenix',
  dialect: phoenixChannels,
  isCatchingUp: false,
  connect(url, { onUp, onDown }) {
    const { texts, take } = createTexts()
    let isUp = false
    const socket = new PhoenixSocket(toWs(url))
    socket.connect()
    const channel = socket.channel('room')
    channel.on('msg', take)
    // The socket's own `onClose` isn't called for a heartbeat without an answer.
    channel.onError(() => {
      if (isUp) onDown()
      isUp = false
    })
    channel.join().receive('ok', () => {
      isUp = true
      onUp()
    })
    return { texts, stop: () => socket.disconnect() }
  },
}

export const centrifuge: Client = {
  name: 'centrifuge',
  dialect: centrifugo,
  isCatchingUp: true,
  connect(url, { onUp, onDown }) {
    const { texts, take } = createTexts()
    const client = new Centrifuge(toWs(url))
    const subscription = client.newSubscription('room')
    subscription.on('publication', ({ data }) => take(data))
    subscription.on('subscribed', onUp)
    // What has nobody to hear it is thrown.
    client.on('error', () => {})
    client.on('state', ({ oldState }) => {
      if (oldState === 'connected') onDown()
    })
    subscription.subscribe()
    client.connect()
    return { texts, stop: () => client.disconnect() }
  },
}

export const socketIoClient: Client = {
  name: 'socket.io-client',
  dialect: socketIo,
  isCatchingUp: false,
  connect(url, { onUp, onDown }) {
    const { texts, take } = createTexts()
    const socket = io(url, { transports: [PlatformSocket], forceNew: true })
    socket.on('connect', onUp)
    socket.on('disconnect', onDown)
    socket.on('msg', take)
    return { texts, stop: () => socket.disconnect() }
  },
}

/** In the order of the tables. */
export const CLIENTS: readonly Client[] = [
  partysocket,
  reconnectingWebSocket,
  phoenix,
  socketIoClient,
  centrifuge,
  line,
  session,
]
