import { afterEach, expect, test, vi } from 'vitest'
import {
  agentGives,
  expectReports,
  inside,
  newCid,
  newSession,
  ORIGIN,
  TestClient,
  testEnv,
} from '../test/TestClient.ts'
import worker from '../test/worker.ts'
import { withEntry } from './identity.ts'
import { report } from './report.ts'
import type { SessionEvent } from './SessionEvent.ts'
import { tellEvent } from './tellEvent.ts'

/** Every line of the log from now on, or those of one kind. */
function listen(type: SessionEvent['type'] | '' = ''): { lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  vi.spyOn(console, 'info').mockImplementation((text) => {
    const line = JSON.parse(text)
    if (line.event.startsWith(type)) lines.push(line)
  })
  return { lines }
}

afterEach(() => void vi.restoreAllMocks())

test('a connection that ends is one line: who closed, how long it was, what it said', async () => {
  const { lines } = listen()
  const session = newSession({ AGENT: 'none' })
  const told: SessionEvent[] = []
  const other = await TestClient.join(session)
  await inside(session, (it) =>
    Object.assign(it, { onEvent: (one: SessionEvent) => told.push(one) }),
  )
  const client = await TestClient.join(session, { query: 'guest=a-guest-secret-of-mine&name=Ada' })
  await client.tell('words of mine')
  await client.say('no JSON')
  await client.get('error')
  client.close(4321, 'my own words')
  await client.getClosed()
  const end = { session, code: 4321, reason: 'client', frames: 3, refused: 1, connections: 1 }
  await vi.waitFor(() => expect(lines).toHaveLength(1))
  expect(lines[0]).toEqual({ event: 'connection.end', ...end, durationMs: expect.any(Number) })
  expect(told).toEqual([{ type: 'connection.end', ...end, durationMs: expect.any(Number) }])
  other.close()
})

test('a turn that ends is one line: how, how long, how much', async () => {
  const { lines } = listen('turn.end')
  const session = newSession()
  const client = await TestClient.join(session)
  await client.tell('words of mine')
  await client.get('msg', ({ message }) => message.state === 'done' && message.role === 'assistant')
  await vi.waitFor(() => expect(lines).toHaveLength(1))
  expect(lines[0]).toEqual({
    event: 'turn.end',
    session,
    reason: 'done',
    durationMs: expect.any(Number),
    parts: 1,
    characters: 'about words of mine'.length,
  })
})

test('a turn that is deleted with its session is one line, too', async () => {
  const { lines } = listen('turn.end')
  const session = newSession()
  const client = await TestClient.join(session)
  await client.tell('by hand')
  await agentGives(session, 'partly')
  await client.get('part')
  await client.tell('waits')
  await inside(session, async (it) => {
    const request = new Request(`${ORIGIN}/sessions/${session}`, { method: 'DELETE' })
    const user = { id: 'admin', name: 'Admin' }
    expect((await it.fetch(withEntry(request, { session, user, role: 'admin' }))).status).toBe(204)
    expect(it.hands.at(-1)?.turn.signal.aborted).toBe(true)
  })
  const { durationMs, ...line } = lines[0] ?? {}
  const end = { event: 'turn.end', session, reason: 'deleted', parts: 1, characters: 6 }
  expect([lines.length, line, durationMs]).toEqual([1, end, expect.any(Number)])
})

test('a request that is refused is one line, with the id of the session where it has one', async () => {
  const { lines } = listen()
  const ask = (path: string, init: RequestInit = {}) =>
    worker.fetch(new Request(`${ORIGIN}${path}`, init), { ...testEnv, ALLOW_GUESTS: '' })
  await ask('/sessions/abc/do/status?ticket=a-secret')
  await ask('/sessions/abc/websocket?guest=a-secret', { headers: { upgrade: 'websocket' } })
  await ask('/sessions/a-secret.with-a-dot/do/status')
  await ask('/sessions/abc/do/status', { headers: { origin: 'https://evil.example' } })
  await ask('/health')
  const event = 'request.refused'
  expect(lines).toEqual([
    { event, session: 'abc', reason: 'unauthorized', status: 401 },
    { event, session: 'abc', reason: 'unauthorized', status: 4401 },
    { event, reason: 'bad_session', status: 400 },
    { event, session: 'abc', reason: 'forbidden', status: 403 },
  ])
})

test('a hook may speak to the session, and one that fails later is told', async () => {
  listen()
  const reports = expectReports()
  const session = newSession({ AGENT: 'none' })
  const client = await TestClient.join(session)
  await inside(session, (it) => {
    const author = { id: 'door', name: 'Door' }
    Object.assign(it, {
      onEvent: async () => {
        await it.post({ author, text: 'somebody left' })
        throw new Error('later')
      },
    })
  })
  const leaving = await TestClient.join(session)
  await client.tell('hello')
  leaving.close()
  const { seq } = await client.get('msg', ({ message }) => message.author.id === 'door')
  expect(seq).toBe(2)
  await vi.waitFor(() => expect(reports).toEqual(['onEvent.failed']))
})

test('[W15] a hook that never settles is waited for a few seconds, and no timer outlives one', async () => {
  listen()
  const reports = expectReports()
  vi.useFakeTimers()
  try {
    const event = { type: 'request.refused', reason: 'full', status: 1013 } as const
    await tellEvent(event, () => {})
    expect([vi.getTimerCount(), reports]).toEqual([0, []])
    const told = tellEvent(event, () => new Promise(() => {}))
    await vi.advanceTimersByTimeAsync(5_000)
    await told
    expect([vi.getTimerCount(), reports]).toEqual([0, ['onEvent.failed']])
  } finally {
    vi.useRealTimers()
  }
})

test('what failed is one line with its session and its stack, also where it has no words', () => {
  const lines: object[] = []
  vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(JSON.parse(line)))
  report('work.failed', new Error('why'), 'team')
  report('work.failed', Object.create(null))
  expect(lines).toEqual([
    {
      event: 'work.failed',
      session: 'team',
      error: 'Error: why',
      stack: expect.stringContaining('SessionEvent.test'),
    },
    { event: 'work.failed', error: 'something that has no words was thrown' },
  ])
})

test('[T18] no text, no ticket, no name and no id of a person is in any line', async () => {
  const { lines } = listen()
  const reports = expectReports()
  const session = newSession()
  const secret = 'guest-secret-of-mine'
  const client = await TestClient.join(session, { query: `guest=${secret}&name=Wilhelmina` })
  const you = client.frames.find((frame) => frame.type === 'welcome')?.you
  await client.tell('confidential')
  await client.say({ type: 'send', cid: newCid(), text: '', parts: 'confidential' })
  await client.say('confidential')
  client.close(4000, 'confidential')
  await client.getClosed()
  await vi.waitFor(() => expect(lines).toHaveLength(2))
  const log = JSON.stringify([lines, reports])
  for (const word of [secret, 'Wilhelmina', 'confidential', you?.user.id ?? '', you?.conn ?? ''])
    expect(log).not.toContain(word)
})

test('[T13][S53] a session takes so many sockets and not one more, and tells when to come back', async () => {
  const { lines } = listen()
  const session = newSession({ SESSION_LIMITS: '{"connections":2}' })
  const first = await TestClient.join(session)
  await TestClient.connect(session)
  const third = await TestClient.connect(session)
  expect(await third.getClosed()).toEqual({ code: 1013, reason: 'full;30000' })
  expect(lines).toEqual([{ event: 'request.refused', session, reason: 'full', status: 1013 }])
  expect((await first.tell('still here')).seq).toBe(1)
  first.close()
  await first.getClosed()
  expect((await TestClient.join(session)).closed).toBeUndefined()
})
