/** What a server shows first, and each way in which it doesn't come. */

import { expect, onTestFinished, test, vi } from 'vitest'
import { createManualClock } from '../testing/createManualClock.ts'
import { createWorld } from './createWorld.test.ts'
import { type FetchSessionOptions, fetchSession } from './fetchSession.ts'

const PLACE = 'https://chat.test/sessions/room/do/messages'
const EMPTY = { epoch: null, head: 0, messages: [], hasOlder: false }

/** Answers once, and notes what it was asked. */
function answering(body: unknown, status = 200) {
  const asked: { url: string; headers: Record<string, string> }[] = []
  const options: FetchSessionOptions = {
    url: 'https://chat.test',
    sessionId: 'room',
    clock: createManualClock(),
    async fetch(url, { headers }) {
      asked.push({ url, headers: Object.fromEntries(new Headers(headers)) })
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
    },
  }
  return { asked, options }
}

test('it asks for the newest messages and gives plain JSON, of the session that was asked for', async () => {
  const { room } = createWorld()
  room.history([{ text: 'one' }, { text: 'two' }])
  const { epoch, head, messages } = room
  const { asked, options } = answering({ epoch, head, messages, hasOlder: true, more: 'ignored' })
  const initial = await fetchSession({ ...options, limit: 20, userId: 'ada' })
  expect(initial).toEqual({
    ...{ sessionId: 'room', epoch, head, messages, hasOlder: true },
    userId: 'ada',
  })
  expect(JSON.parse(JSON.stringify(initial))).toEqual(initial)
  expect(asked).toEqual([{ url: `${PLACE}?limit=20`, headers: {} }])
})

test('a session where nobody spoke yet is empty, and no failure', async () => {
  const { asked, options } = answering(EMPTY)
  expect(await fetchSession(options)).toEqual({ sessionId: 'room', ...EMPTY })
  expect(asked[0]?.url).toBe(`${PLACE}?limit=50`)
})

test('a ticket goes in a header, asked for at the call; headers of your own go along', async () => {
  const { asked, options } = answering(EMPTY)
  const ticket = async () => 'the.ticket.itself'
  await fetchSession({ ...options, ticket, headers: { 'x-trace': '1' } })
  await fetchSession({ ...options, guest: 'a-secret-of-one-guest' })
  expect(asked).toEqual([
    {
      url: `${PLACE}?limit=50`,
      headers: { authorization: 'Bearer the.ticket.itself', 'x-trace': '1' },
    },
    { url: `${PLACE}?limit=50&guest=a-secret-of-one-guest`, headers: {} },
  ])
})

test.each(['https://chat.test/', 'wss://chat.test'])('the url may be written %s', async (url) => {
  const { asked, options } = answering(EMPTY)
  await fetchSession({ ...options, url })
  expect(asked[0]?.url).toBe(`${PLACE}?limit=50`)
})

test.each([
  [401, { error: { code: 'unauthorized', message: 'no ticket' } }, 'unauthorized', 'no ticket'],
  [403, { error: { code: 'forbidden', message: 'elsewhere' } }, 'forbidden', 'elsewhere'],
  [400, { error: { code: 'bad_request', message: 'limit: …' } }, 'bad_request', 'limit: …'],
  [404, '<h1>Not found</h1>', 'not_found', 'where the Worker of @session-kit/api lives'],
  [502, 'Bad gateway', 'bad_answer', 'where the Worker of @session-kit/api lives'],
  [500, null, 'bad_answer', 'answered 500'],
  [200, '<!doctype html>', 'bad_answer', 'is no session api'],
  [200, { messages: [] }, 'bad_answer', 'is no session api'],
  [200, { ...EMPTY, messages: [{ id: 'half' }] }, 'bad_answer', 'is no session api'],
])('%i %o is `%s`, and says where', async (status, body, code, words) => {
  const { options } = answering(body, status)
  const guest = 'a-secret-of-one-guest'
  const ticket = () => 'the.ticket.itself'
  const failure = await fetchSession({ ...options, guest, ticket }).catch((error) => error)
  expect(failure).toMatchObject({ name: 'SessionError', code })
  expect(failure.message).toContain(words)
  expect(failure.message).toContain(PLACE)
  expect(failure.message).not.toMatch(/secret|the\.ticket/)
})

test('where nobody answers, it says `network` and keeps why', async () => {
  const cause = new TypeError('fetch failed')
  const { options } = answering(EMPTY)
  const failing = { ...options, fetch: () => Promise.reject(cause) }
  await expect(fetchSession(failing)).rejects.toMatchObject({ code: 'network', cause })
  const body = new ReadableStream({ start: (controller) => controller.error(cause) })
  const cut = { ...options, fetch: async () => new Response(body) }
  await expect(fetchSession(cut)).rejects.toMatchObject({ code: 'network', cause })
})

test('a ticket that cannot be had is its own failure, and nothing is asked', async () => {
  const { asked, options } = answering(EMPTY)
  const denied = new Error('logged out')
  await expect(fetchSession({ ...options, ticket: () => Promise.reject(denied) })).rejects.toBe(
    denied,
  )
  expect(asked).toEqual([])
})

test.each([
  ['the answer', { fetch: () => new Promise<Response>(() => {}) }],
  ['the ticket', { ticket: () => new Promise<string>(() => {}) }],
  ['the body', { fetch: async () => new Response(new ReadableStream()) }],
])('%s is waited for 5 s, or as long as is said, and the request ends', async (_, part) => {
  const clock = createManualClock()
  const { options } = answering(EMPTY)
  const ends: unknown[] = []
  const waiting = fetchSession({ ...options, ...part, clock }).catch((error) =>
    ends.push(error.code),
  )
  clock.advance(4_999)
  await Promise.resolve()
  expect(ends).toEqual([])
  clock.advance(1)
  await waiting
  expect(ends).toEqual(['timeout'])
  const short = fetchSession({ ...options, ...part, clock, timeoutMs: 20 })
  clock.advance(20)
  await expect(short).rejects.toThrow('did not answer within 20 ms')
})

test('the signal ends it with its reason, before and meanwhile, and no timer is left', async () => {
  const clock = createManualClock()
  const { asked, options } = answering(EMPTY)
  const reason = new Error('navigated away')
  const before = { ...options, signal: AbortSignal.abort(reason) }
  await expect(fetchSession(before)).rejects.toBe(reason)
  expect(asked).toEqual([])

  const leaving = new AbortController()
  let heard: AbortSignal | null | undefined
  const waiting = fetchSession({
    ...options,
    clock,
    signal: leaving.signal,
    fetch: (_url, { signal }) => {
      heard = signal
      return new Promise(() => {})
    },
  })
  await Promise.resolve()
  await Promise.resolve()
  leaving.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  expect(heard?.aborted).toBe(true)
  const timers: unknown[] = []
  const counting = { ...clock, setTimeout: () => timers.push(1), clearTimeout: () => timers.pop() }
  await fetchSession({ ...options, clock: counting })
  expect(timers).toEqual([])
})

test.each([
  [{ sessionId: 'a room' }, 'bad_session_id', /"a room" is no session id/],
  [{ guest: 'short' }, 'bad_guest', /16 to 64/],
  [{ url: '' }, 'no_origin', /whole url, as in https:.*given ""/],
  [{ url: '/api' }, 'no_origin', /given "\/api"/],
])('%o is a mistake in the call: `%s`', async (wrong, code, message) => {
  const { asked, options } = answering(EMPTY)
  const failure = await fetchSession({ ...options, ...wrong }).catch((error) => error)
  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(asked).toEqual([])
})

test('a path is one of the page’s origin', async () => {
  vi.stubGlobal('location', { origin: 'https://page.test' })
  onTestFinished(() => void vi.unstubAllGlobals())
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    return Response.json({ epoch: null, head: 0, messages: [], hasOlder: false })
  }
  for (const url of ['', '/', '/live', '/live/'])
    await fetchSession({ url, sessionId: 'pier', fetch })
  expect(asked.map((url) => url.replace(/\?.*/, ''))).toEqual([
    'https://page.test/sessions/pier/do/messages',
    'https://page.test/sessions/pier/do/messages',
    'https://page.test/live/sessions/pier/do/messages',
    'https://page.test/live/sessions/pier/do/messages',
  ])
  const other = fetchSession({ url: '//other.test', sessionId: 'pier', fetch })
  await expect(other).rejects.toMatchObject({ code: 'no_origin' })
})
