import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkEndings } from '../test/endNear.ts'
import { outliving } from '../test/Life.ts'
import {
  checkEvictions,
  disturb,
  evict,
  inside,
  LINE_MODES,
  MODES,
  newCid,
  newSession,
  ORIGIN,
  socketOf,
  TestClient,
  testEnv,
  textOf,
} from '../test/TestClient.ts'
import worker, { boots } from '../test/worker.ts'
import { withEntry } from './identity.ts'
import { signTicket } from './tickets.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const alone = { AGENT: 'none' }
const guest = 'guest=the-secret-of-a-guest'

const ask = (path: string, init: RequestInit = {}) =>
  worker.fetch(new Request(`${ORIGIN}${path}`, init), testEnv)

async function post(session: string, body: unknown, query = guest) {
  const response = await ask(`/sessions/${session}/do/messages?${query}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const json = (await response.json()) as Record<string, unknown> & { error?: { code: string } }
  return { status: response.status, headers: response.headers, json, code: json.error?.code }
}

const getJson = (path: string): Promise<Record<string, unknown>> =>
  outliving(async () => (await ask(path)).json())

describe.each(MODES)('$mode', (mode) => {
  test('[HTTP] a POST stores like a send: 201, then 200 for the same, 409 for another content', async () => {
    const session = newSession()
    const cid = newCid()
    const store = async (body: object) => {
      await disturb(session, { type: 'post' }, mode)
      // Who posts comes again where the session failed.
      for (;;) {
        const answer = await outliving(() => post(session, body))
        if (answer.status !== 500) return answer
      }
    }
    const first = await store({ cid, text: 'by post', meta: { lang: 'en' } })
    // Where the answer was lost with the object, it is the second one that is seen.
    const dup = mode.abort && first.status === 200
    expect([first.status, first.json]).toEqual([
      dup ? 200 : 201,
      { id: expect.any(String), seq: 1, dup },
    ])
    const again = await store({
      cid,
      parts: [{ type: 'text', text: 'by post' }],
      meta: { lang: 'en' },
    })
    expect([again.status, again.json]).toEqual([200, { ...first.json, dup: true }])
    const other = await store({ cid, text: 'other' })
    expect([other.status, other.code]).toEqual([409, 'conflict'])
    const client = await TestClient.connect(session, { ...mode, query: guest })
    const { sync } = await client.hello()
    await client.say({ type: 'send', cid, text: 'by post', meta: { lang: 'en' } })
    expect(await client.get('ack')).toMatchObject({ ...first.json, dup: true })
    expect(sync.messages[0]).toMatchObject({ cid, meta: { lang: 'en' }, state: 'done' })
    await vi.waitFor(async () =>
      expect(await getJson(`/sessions/${session}/do/status`)).toMatchObject({
        head: 3,
        status: { state: 'idle' },
      }),
    )
  })

  test('[HTTP] pages go back in time, ascending, and say whether there is more', async () => {
    const session = newSession({
      AGENT: 'none',
      SESSION_LIMITS: '{"burst":1000,"serverFrameBytes":20000}',
    })
    const client = await TestClient.join(session, mode)
    for (let i = 1; i <= 7; i++) await client.tell(`${i}`)
    const page = async (query: string) => {
      await disturb(session, { type: 'page' }, mode)
      const { messages, hasOlder } = await getJson(`/sessions/${session}/do/messages?${query}`)
      return [(messages as { pos: number }[]).map(({ pos }) => pos), hasOlder]
    }
    expect(await page('limit=3')).toEqual([[5, 6, 7], true])
    expect(await page('limit=3&before=5')).toEqual([[2, 3, 4], true])
    expect(await page('limit=3&before=2')).toEqual([[1], false])
    expect(await page('before=1')).toEqual([[], false])
    for (const bad of ['limit=0', 'limit=101', 'limit=x', 'before=0', 'before=1.5', 'before=-1'])
      expect((await ask(`/sessions/${session}/do/messages?${bad}`)).status, bad).toBe(400)
    await client.say({ type: 'page', ref: 'r"1', before: 5, limit: 2 })
    expect(await client.get('page')).toMatchObject({
      ref: 'r"1',
      hasOlder: true,
      messages: [{ pos: 3 }, { pos: 4 }],
    })
    for (let i = 0; i < 3; i++) await client.tell('x'.repeat(9_000))
    await client.say({ type: 'page', ref: 'big', before: 11, limit: 10 })
    expect((await client.get('page')).messages.map(({ pos }) => pos)).toEqual([9, 10])
  })

  test.each([
    ['without a code', undefined, undefined, { code: 1000, reason: '' }],
    ['1000', 1000, 'bye', { code: 1000, reason: 'bye' }],
    ['3000', 3000, '', { code: 3000, reason: '' }],
    ['4001', 4001, 'é'.repeat(60), { code: 4001, reason: 'é'.repeat(60) }],
  ])('[W14][S56][S57] a close %s is answered', async (_name, code, reason, answer) => {
    const session = newSession(alone)
    const [ada, bob] = [await TestClient.join(session, mode), await TestClient.join(session, mode)]
    if (mode.evict) await evict(session)
    ada.close(code, reason)
    expect(await ada.getClosed()).toEqual(answer)
    expect(await bob.get('presence', (frame) => frame.op === 'leave')).toMatchObject({
      connections: 1,
    })
    await bob.settle()
    expect(bob.rest('presence')).toEqual([])
  })

  test('[W14] what was said before a close is stored before it is answered', async () => {
    const session = newSession(alone)
    const ada = await TestClient.join(session, mode)
    await inside(session, (instance, state) => {
      const frame = JSON.stringify({ type: 'send', cid: newCid(), text: 'last words' })
      instance.webSocketMessage(socketOf(state, ada), frame)
      instance.webSocketClose(socketOf(state, ada), 1000, '')
    })
    await ada.getClosed()
    expect(ada.frames.at(-1)).toMatchObject({ type: 'ack', seq: 1 })
    const { sync } = await (await TestClient.connect(session, mode)).hello()
    expect(sync.messages.map(textOf)).toEqual(['last words'])
  })

  test('[W15] reads before the first hello answer an empty log and make no table', async () => {
    const session = newSession(alone)
    expect(await getJson(`/sessions/${session}/do/status`)).toEqual({
      epoch: null,
      head: 0,
      connections: 0,
      status: { state: 'idle' },
    })
    expect(await getJson(`/sessions/${session}/do/messages`)).toEqual({
      epoch: null,
      head: 0,
      messages: [],
      hasOlder: false,
    })
    const raw = await TestClient.connect(session, mode)
    await raw.say([1])
    await raw.get('echo')
    const tables = await inside(session, (_, { storage }) =>
      storage.sql.exec('SELECT name FROM sqlite_master').toArray(),
    )
    expect(tables).toEqual([])
  })

  test('[HTTP] a POST is weighed by its message, not by how its JSON is written', async () => {
    const session = newSession({ AGENT: 'none', SESSION_LIMITS: '{"messageBytes":3000}' })
    const most = 'é'.repeat(1_500)
    const escaped = (text: string) =>
      `{"cid":"${newCid()}","text":"${[...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"}`
    for (const body of [
      { cid: newCid(), text: most },
      { cid: newCid(), text: '"'.repeat(3_000) },
      escaped(most),
      escaped('x'.repeat(3_000)),
    ])
      expect((await post(session, body)).status).toBe(201)
    for (const body of [{ cid: newCid(), text: `${most}x` }, escaped('x'.repeat(3_001))]) {
      const { status, json } = await post(session, body)
      expect([status, json.error]).toEqual([
        413,
        { code: 'too_large', message: 'a message has at most 3000 bytes' },
      ])
    }
    const huge = await post(session, { cid: newCid(), text: 'x'.repeat(50_000) })
    expect(huge.json.error).toMatchObject({ message: 'a message has at most 3000 bytes' })
    const client = await TestClient.join(session, { ...mode, query: guest })
    const { sync } = await client.hello()
    expect(sync.messages.map(textOf)).toContain(most)
    await client.say({ type: 'send', cid: newCid(), text: most })
    await client.get('ack')
    await client.say({ type: 'send', cid: newCid(), text: `${most}x` })
    expect(await client.get('nack')).toMatchObject({ code: 'too_large', retryable: false })
  })

  test('[T16][HTTP][S21] DELETE wipes everything, sends all away, and the same object begins anew', async () => {
    const session = newSession()
    const client = await TestClient.join(session, mode)
    await client.tell('by hand')
    const { epoch } = (await client.hello()).welcome
    const admin = await signTicket(
      { sub: 'boss', sid: session, role: 'admin' },
      testEnv.SESSION_SECRET ?? '',
    )
    const wipe = () =>
      ask(`/sessions/${session}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${admin}` },
      })
    expect((await wipe()).status).toBe(204)
    expect(await client.getClosed()).toEqual({ code: 4410, reason: 'deleted' })
    const left = await inside(session, async (it, { storage }) => [
      storage.sql.exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '_cf_%'`).toArray(),
      await storage.getAlarm(),
      it.hands.at(-1)?.turn.signal.aborted,
    ])
    expect(left).toEqual([[], null, true])
    expect((await wipe()).status).toBe(204)
    const { welcome, sync } = await (await TestClient.connect(session, mode)).hello({
      epoch,
      cursor: 2,
    })
    expect(welcome.epoch).not.toBe(epoch)
    expect([sync.mode, sync.to, sync.messages]).toEqual(['snapshot', 0, []])
  })

  test('[HTTP] what was sent before a DELETE does not survive it', async () => {
    const session = newSession(alone)
    const client = await TestClient.join(session, mode)
    const left = await inside(session, async (instance, state) => {
      const frame = JSON.stringify({ type: 'send', cid: newCid(), text: 'just before' })
      instance.webSocketMessage(socketOf(state, client), frame)
      const user = { id: 'boss', name: 'Boss' }
      const request = new Request(`${ORIGIN}/sessions/${session}`, { method: 'DELETE' })
      await instance.fetch(withEntry(request, { user, role: 'admin', session }))
      const query = `SELECT name FROM sqlite_master WHERE name NOT LIKE '_cf_%'`
      return [state.storage.sql.exec(query).toArray(), await state.storage.getAlarm()]
    })
    expect(left).toEqual([[], null])
    await client.getClosed()
    expect(client.rest('ack')).toMatchObject([{ seq: 1 }])
  })
})

describe.each(LINE_MODES)('on one line, $mode', (mode) => {
  test('[W15][S01][S02] identity, phase, role and presence come back from the attachment', async () => {
    const session = newSession(alone)
    const ada = await TestClient.join(session, { ...mode, query: guest })
    await ada.say({ type: 'presence', state: { typing: true } })
    await ada.settle()
    const raw = await TestClient.connect(session, mode)
    const before = boots.get(session)?.at(-1)
    await evict(session)
    expect(boots.get(session)?.at(-1)).not.toBe(before)
    const { welcome } = await (await TestClient.connect(session, mode)).hello()
    expect(welcome.peers).toMatchObject([{ state: { typing: true }, user: { name: 'Guest' } }])
    expect(welcome.connections).toBe(3)
    await ada.tell('still me')
    await raw.say({ type: 'send', cid: newCid(), text: 'x' })
    expect((await raw.get('error')).code).toBe('hello_required')
    expect(raw.frames.filter((frame) => frame.type === 'msg')).toEqual([])
  })

  test('[W14][S46] an error is a close too, and leaves once', async () => {
    const session = newSession(alone)
    const [ada, bob] = [await TestClient.join(session, mode), await TestClient.join(session, mode)]
    await inside(session, (instance, state) => {
      const socket = socketOf(state, ada)
      instance.webSocketError(socket)
      instance.webSocketClose(socket, 1006, '')
    })
    expect((await ada.getClosed()).code).toBe(1011)
    await bob.get('presence', (frame) => frame.op === 'leave')
    await bob.settle()
    expect(bob.rest('presence')).toEqual([])
    await bob.tell('still here')
  })
})

test('[W15] the exact ping wakes nobody, another spelling is answered by the session', async () => {
  const session = newSession(alone)
  const client = await TestClient.join(session)
  await evict(session)
  const before = boots.get(session)?.length
  await client.say('{"type":"ping"}')
  await client.get('pong')
  expect(boots.get(session)?.length).toBe(before)
  await client.say('{ "type": "ping" }')
  await client.get('pong')
})

test('[HTTP] a POST that is wrong is told what is wrong', async () => {
  const session = newSession({
    AGENT: 'none',
    SESSION_LIMITS: '{"messageBytes":500,"burst":3,"perSecond":1}',
  })
  const cid = newCid()
  const somebody = () => `guest=${crypto.randomUUID()}`
  for (const body of ['{', '[]', '7', { text: 'x' }, { cid }, { cid, text: 'x', meta: 1 }])
    expect(await post(session, body, somebody())).toMatchObject({
      status: 400,
      code: 'bad_request',
    })
  for (const body of [{ cid, text: 'x'.repeat(600) }, 'x'.repeat(1_600_000)])
    expect(await post(session, body, somebody())).toMatchObject({ status: 413, code: 'too_large' })
  const tables = () =>
    inside(session, (_, { storage }) => storage.sql.exec('SELECT 1 FROM sqlite_master').toArray())
  const viewer = await signTicket(
    { sub: 'v', sid: '*', role: 'viewer' },
    testEnv.SESSION_SECRET ?? '',
  )
  expect(await post(session, { cid, text: 'x' }, `ticket=${viewer}`)).toMatchObject({
    status: 403,
    code: 'forbidden',
  })
  expect(await tables()).toEqual([])
})

test('[T12][W12] a POST takes of its author’s allowance, right or wrong, and of nobody else’s', async () => {
  const session = newSession({ AGENT: 'none', SESSION_LIMITS: '{"burst":3,"perSecond":1}' })
  for (const body of ['{', { cid: newCid() }, { cid: newCid(), text: 'x' }])
    expect((await post(session, body)).code).not.toBe('rate_limited')
  const limited = await post(session, { cid: newCid(), text: 'x' })
  expect([limited.status, limited.code, limited.headers.get('retry-after')]).toEqual([
    429,
    'rate_limited',
    '1',
  ])
  expect(
    (await post(session, { cid: newCid(), text: 'x' }, 'guest=another-guest-entirely')).status,
  ).toBe(201)
})

test('[W12] guests without a secret are slowed by their address, each for itself', async () => {
  const session = newSession({ AGENT: 'none', SESSION_LIMITS: '{"burst":2,"perSecond":1}' })
  const from = async (address: string) => {
    const response = await ask(`/sessions/${session}/do/messages`, {
      method: 'POST',
      body: JSON.stringify({ cid: newCid(), text: 'x' }),
      headers: { 'cf-connecting-ip': address },
    })
    return response.status
  }
  for (const expected of [201, 201, 429]) expect(await from('192.0.2.1')).toBe(expected)
  expect(await from('192.0.2.2')).toBe(201)
})

test('[T07][HTTP] the class answers nobody who did not come through the app', async () => {
  const stub = testEnv.PLAIN.get(testEnv.PLAIN.idFromName('direct'))
  expect((await stub.fetch(`${ORIGIN}/sessions/direct/do/status`)).status).toBe(403)
})

test('[W15] evictions were in earnest', () => checkEvictions(15))

test('[W1] ends were in earnest', () => checkEndings(1))
