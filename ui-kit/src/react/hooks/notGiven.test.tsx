/**
 * An option that is `undefined` is one that is not given: `ticket: isLoggedIn ? fetchTicket : undefined`.
 *
 * The types ask for the whole list, so an option that forgets it doesn't compile here.
 */

import { expect, onTestFinished, test } from 'vitest'
import { renderHook } from 'vitest-browser-react'
import { openBench } from '../../../scripts/openBench.ts'
import {
  createReconnectingWebSocket,
  createSession,
  type FetchSessionOptions,
  fetchSession,
  type ReconnectingWebSocketOptions,
  type SessionOptions,
  type UseSessionSocketOptions,
  useSessionSocket,
} from '../../index.ts'

/** All that may be left out, left out by name. */
type NotGiven<Options> = {
  [Name in keyof Options as Partial<Pick<Options, Name>> extends Pick<Options, Name>
    ? Name
    : never]: undefined
}

const ofSocket = {
  crowd: undefined,
  heartbeat: undefined,
  isBusy: undefined,
  onConnectionChange: undefined,
  onProblem: undefined,
  queueLimit: undefined,
  shouldReconnect: undefined,
  signal: undefined,
}
const line: Omit<NotGiven<ReconnectingWebSocketOptions>, keyof typeof ofSocket> = {
  WebSocket: undefined,
  backoff: undefined,
  clock: undefined,
  connectTimeoutMs: undefined,
  network: undefined,
  random: undefined,
}
const session: Omit<NotGiven<SessionOptions>, 'signal'> = {
  ...line,
  createId: undefined,
  guest: undefined,
  initial: undefined,
  locks: undefined,
  name: undefined,
  schedule: undefined,
  storage: undefined,
  ticket: undefined,
  userId: undefined,
  wallClock: undefined,
}
const inFetch: NotGiven<FetchSessionOptions> = {
  clock: undefined,
  fetch: undefined,
  guest: undefined,
  headers: undefined,
  limit: undefined,
  signal: undefined,
  ticket: undefined,
  timeoutMs: undefined,
  userId: undefined,
}

function open() {
  const bench = openBench()
  const { clock, url, sessionId } = bench.options
  return { ...bench, given: { url, sessionId, clock, WebSocket: bench.server.WebSocket } }
}

test('useSessionSocket is live with nothing given', async () => {
  const { given, pass } = open()
  const options: NotGiven<UseSessionSocketOptions> = { ...session, enabled: undefined }
  const { result } = await renderHook(() => useSessionSocket({ ...options, ...given }))
  await pass(100)
  expect(result.current.status).toBe('connected')
})

test('createSession is live with nothing given', async () => {
  const { given, pass, server } = open()
  const held = createSession({
    ...session,
    signal: undefined,
    ...given,
    backoff: { baseMs: undefined },
  })
  onTestFinished(() => held.close())
  await pass(100)
  server.drop()
  await pass(5_000)
  expect(held.store.getState().status).toBe('connected')
  expect(server.dials).toBe(2)
})

test('createReconnectingWebSocket keeps its line with nothing given', async () => {
  const { given, pass, server } = open()
  const heard: unknown[] = []
  const socket = createReconnectingWebSocket({
    ...line,
    ...ofSocket,
    ...given,
    url: `ws://fake/sessions/${given.sessionId}/websocket?guest=${'g'.repeat(20)}`,
    onMessage: (data) => heard.push(data),
    onStatusChange: () => {},
  })
  onTestFinished(socket.disconnect)
  await pass(100)
  server.drop()
  await pass(10)
  expect(socket.send({ type: 'ping' })).toBe('queued')
  await pass(5_000)
  expect(socket.getStatus()).toBe('connected')
  expect(heard).toContainEqual({ type: 'pong' })
})

test('fetchSession asks with nothing given', async () => {
  const answer = { epoch: null, head: 0, messages: [], hasOlder: false }
  const urls: string[] = []
  const fetched = await fetchSession({
    ...inFetch,
    url: 'https://chat.test',
    sessionId: 'room',
    async fetch(url) {
      urls.push(url)
      return Response.json(answer)
    },
  })
  expect(fetched).toEqual({ sessionId: 'room', ...answer })
  expect(urls).toEqual(['https://chat.test/sessions/room/do/messages?limit=50'])
})
