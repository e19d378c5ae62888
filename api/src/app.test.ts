import { SELF } from 'cloudflare:test'
import { sign } from 'hono/jwt'
import { expect, test } from 'vitest'
import { expectReports, ORIGIN, TestClient, testEnv } from '../test/TestClient.ts'
import worker, { boots } from '../test/worker.ts'
import { signTicket, type TicketClaims } from './tickets.ts'

const SECRET = testEnv.SESSION_SECRET ?? ''
const member: TicketClaims = { sub: 'u1', name: 'Ada', sid: '*' }
const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow

const ask = (path: string, init: RequestInit & { vars?: object } = {}) =>
  worker.fetch(new Request(`${ORIGIN}${path}`, init), { ...testEnv, ...init.vars })

/** The code of the error, or the status when there is none. */
async function refusal(response: Response | Promise<Response>): Promise<unknown> {
  const { status, headers, body } = await response
  if (!headers.get('content-type')?.includes('json')) return status
  const { error } = (await new Response(body).json()) as { error?: { code: string } }
  return error ? `${status} ${error.code}` : status
}

/** How the Worker closes an upgrade that it refuses. */
async function closed(path: string, init: RequestInit & { vars?: object } = {}) {
  const { webSocket } = await ask(path, {
    ...init,
    headers: { upgrade: 'websocket', ...(init.headers as Record<string, string>) },
  })
  if (!webSocket) throw new Error('the upgrade was not accepted')
  const close = new Promise((resolve) => webSocket.addEventListener('close', resolve))
  webSocket.accept()
  const { code, reason } = (await close) as CloseEvent
  return `${code} ${reason}`
}

test('[HTTP] /health answers ok without waking a session', async () => {
  const before = boots.size
  const response = await SELF.fetch(`${ORIGIN}/health`)
  expect([response.status, await response.json()]).toEqual([200, { ok: true }])
  expect(await refusal(ask('/health', { method: 'POST' }))).toBe('405 method_not_allowed')
  expect(boots.size).toBe(before)
})

test('[HTTP][S74] without the upgrade the socket route answers 426 and says which one', async () => {
  const response = await ask('/sessions/abc/websocket')
  expect([response.status, response.headers.get('upgrade')]).toEqual([426, 'websocket'])
})

test('[T06][HTTP][S70] a bad session id is 400 on every route, and wakes nothing', async () => {
  const before = boots.size
  const bad = ['', '%61bc', 'a%2Fb', 'a.b', 'a%20b', '%00', 'é', '%E2%80%AE', '%zz', 'x'.repeat(65)]
  for (const id of bad) {
    for (const path of [
      `/sessions/${id}/websocket`,
      `/sessions/${id}/do/status`,
      `/sessions/${id}/x`,
    ])
      for (const method of ['GET', 'OPTIONS'])
        expect(await refusal(ask(path, { method })), path).toBe('400 bad_session')
    if (id !== '')
      expect(await refusal(ask(`/sessions/${id}`, { method: 'DELETE' }))).toBe('400 bad_session')
  }
  const path = '/sessions/a%2Fb/websocket'
  expect(await refusal(ask(path, { headers: { upgrade: 'websocket' } }))).toBe('400 bad_session')
  expect(boots.size).toBe(before)
})

test('[HTTP][S74] unknown paths are 404, other methods 405', async () => {
  const status = '/sessions/abc/do/status'
  for (const path of ['/', '/sessions', '/sessions/', '/sessions/abc/%77ebsocket'])
    expect(await refusal(ask(path)), path).toBe('404 not_found')
  expect(await refusal(ask('/sessions/abc/other'))).toBe('404 not_found')
  expect(await refusal(ask('/sessions/abc/do/other'))).toBe('404 not_found')
  expect(await refusal(ask('/sessions/abc'))).toBe('405 method_not_allowed')
  expect(await refusal(ask('/sessions/abc/websocket', { method: 'POST' }))).toBe(
    '405 method_not_allowed',
  )
  expect(await refusal(ask(status, { method: 'PUT' }))).toBe('405 method_not_allowed')
  const put = await ask('/sessions/abc/do/messages', { method: 'PUT' })
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST'])
})

test('[T01][HTTP][S68] a fresh deployment lets nobody in, and wakes nothing', async () => {
  const vars = { ALLOW_GUESTS: undefined, SESSION_SECRET: undefined }
  const before = boots.size
  const reports = expectReports()
  expect(await closed('/sessions/fresh/websocket', { vars })).toBe('4401 unauthorized')
  expect(await closed('/sessions/fresh/websocket?guest=0123456789abcdef', { vars })).toBe(
    '4401 unauthorized',
  )
  const ticket = await signTicket(member, SECRET)
  expect(await closed(`/sessions/fresh/websocket?ticket=${ticket}`, { vars })).toBe(
    '4401 unauthorized',
  )
  expect(await refusal(ask('/sessions/fresh/do/status', { vars }))).toBe('401 unauthorized')
  expect(boots.size).toBe(before)
  // The log says why, and not to each of them.
  expect(reports).toEqual(['worker.closed'])
})

test('[T02][T03][HTTP][S68] a ticket is asked for signature, algorithm, expiry and session', async () => {
  const path = (ticket: string) => `/sessions/abc/websocket?ticket=${ticket}`
  const before = boots.size
  const good = await signTicket({ ...member, sid: 'abc' }, SECRET)
  const [, payload] = good.split('.')
  const none = `${btoa('{"alg":"none","typ":"JWT"}').replaceAll('=', '')}.${payload}.`
  const bad = {
    garbage: 'x.y.z',
    'another secret': await signTicket(member, 'another secret'),
    'no signature': none,
    expired: await signTicket({ ...member, exp: seconds(-61) }, SECRET),
  }
  for (const [name, ticket] of Object.entries(bad))
    expect(await closed(path(ticket)), name).toBe('4401 unauthorized')
  const foreign = await signTicket({ ...member, sid: 'other' }, SECRET)
  expect(await closed(path(foreign))).toBe('4403 forbidden')
  const headers = { authorization: `Bearer ${foreign}` }
  expect(await refusal(ask('/sessions/abc/do/status', { headers }))).toBe('403 forbidden')
  expect(boots.size).toBe(before)
})

test('[HTTP] a good ticket enters by query or header, with 60 s of leeway', async () => {
  const late = await signTicket({ ...member, exp: seconds(-30) }, SECRET)
  const byQuery = await TestClient.connect('tickets', { query: `ticket=${late}` })
  const { welcome } = await byQuery.hello()
  expect(welcome.you).toMatchObject({ user: { id: 'u1', name: 'Ada' }, role: 'member' })
  const headers = { authorization: `Bearer ${late}` }
  expect((await ask('/sessions/tickets/do/status', { headers })).status).toBe(200)
})

test('[HTTP] a ticket counts before a guest secret, and a bad one is no guest', async () => {
  const query = '?guest=0123456789abcdef&ticket=bad'
  expect(await closed(`/sessions/abc/websocket${query}`)).toBe('4401 unauthorized')
})

test('[HTTP] who shows a ticket that is none is no guest', async () => {
  const good = await signTicket(member, SECRET)
  const guest = '?guest=0123456789abcdef'
  const status = async (authorization: string) =>
    (await ask(`/sessions/bearers/do/status${guest}`, { headers: { authorization } })).status
  expect(await status(`bearer  ${good}`)).toBe(200)
  for (const bad of ['Bearer', 'Bearer ', `Bearer${good}`, `Bearer ${good} x`, 'Bearer x'])
    expect(await status(bad), bad).toBe(401)
  // Another scheme speaks to somebody else, such as a proxy.
  expect(await status('Basic eDp5')).toBe(200)
  expect(await closed(`/sessions/bearers/websocket${guest}&ticket=`)).toBe('4401 unauthorized')
})

test('[W16] a ticket expires at a time, or it is none', async () => {
  const status = async (exp: unknown) => {
    const ticket = await sign({ sub: 'u1', sid: '*', exp } as never, SECRET, 'HS256')
    return (await ask(`/sessions/expiries/do/status?ticket=${ticket}`)).status
  }
  for (const bad of [1e308, -1, 1e11 + 1, Date.now(), '9999999999', null, undefined, Number.NaN])
    expect(await status(bad), String(bad)).toBe(401)
  expect(await status(1e11)).toBe(200)
  const ticket = await signTicket({ ...member, exp: Date.now() / 1000 - 58.5 }, SECRET)
  const client = await TestClient.join('expiries', { query: `ticket=${ticket}` })
  await new Promise((resolve) => setTimeout(resolve, 1_600))
  await client.say([1])
  expect(await client.getClosed()).toEqual({ code: 4401, reason: 'expired' })
})

test('[T09][HTTP] a guest is known again by a secret that nobody else sees', async () => {
  const secret = '0123456789abcdefghij'
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))
  const id = btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
  const query = `guest=${secret}&name=${encodeURIComponent('Grace 🛰️')}`
  const [one, two, other] = await Promise.all([
    TestClient.join('guests', { query }),
    TestClient.join('guests', { query }),
    TestClient.join('guests', { query: '' }),
  ])
  await other.say({ type: 'hello', v: 1 })
  const { you, peers } = await other.get('welcome')
  expect(peers.map((peer) => peer.user)).toEqual([
    { id: `g_${id.slice(0, 22)}`, name: 'Grace 🛰️' },
    { id: `g_${id.slice(0, 22)}`, name: 'Grace 🛰️' },
  ])
  expect(you.user.name).toBe('Guest')
  for (const client of [one, two, other]) expect(client.texts.join()).not.toContain(secret)
  for (const bad of ['short', 'x'.repeat(65), 'a b c d e f g h i j'])
    expect(await closed(`/sessions/guests/websocket?guest=${bad}`)).toBe('4401 unauthorized')
})

test("[HTTP] a name has 64 characters, whatever they take: a guest's is cut, a ticket bears no longer", async () => {
  const ticket = await signTicket({ ...member, name: '🛰'.repeat(64) }, SECRET)
  const ada = await TestClient.connect('names', { query: `ticket=${ticket}` })
  expect((await ada.hello()).welcome.you.user.name).toBe('🛰'.repeat(64))
  await expect(signTicket({ ...member, name: '🛰'.repeat(65) }, SECRET)).rejects.toThrow('name')
  const query = `guest=${crypto.randomUUID()}&name=${encodeURIComponent('🛰'.repeat(70))}`
  const { welcome } = await (await TestClient.connect('names', { query })).hello()
  expect(welcome.you.user.name).toBe('🛰'.repeat(64))
})

test('[HTTP] a name that shows nothing is none', async () => {
  const nameOf = async (name: string) => {
    const query = `guest=${crypto.randomUUID()}&name=${encodeURIComponent(name)}`
    return (await (await TestClient.connect('blank', { query })).hello()).welcome.you.user.name
  }
  for (const blank of ['', ' \t', '\u200b', '\0', '\u2800 \u2800', '\u3164', '\u202e\ufeff'])
    expect(await nameOf(blank), JSON.stringify(blank)).toBe('Guest')
  for (const name of ['.', '👩‍🚀', 'ا\u200cب']) expect(await nameOf(name)).toBe(name)
})

test('[T05][HTTP][S69] a foreign origin is refused, its own and a listed one are not', async () => {
  const from = async (origin: string, vars = {}, base = ORIGIN) => {
    const request = new Request(`${base}/sessions/abc/do/status`, { headers: { origin } })
    const { status, headers } = await worker.fetch(request, { ...testEnv, ...vars })
    return [status, headers.get('access-control-allow-origin')]
  }
  const listed = { ALLOWED_ORIGINS: 'https://a.example, https://b.example' }
  expect(await from(ORIGIN)).toEqual([200, ORIGIN])
  expect(await from('https://evil.example')).toEqual([403, null])
  expect(await from('null')).toEqual([403, null])
  expect(await from('http://localhost:3000')).toEqual([403, null])
  expect(await from('https://b.example', listed)).toEqual([200, 'https://b.example'])
  expect(await from(ORIGIN, listed)).toEqual([403, null])
  expect(await from('https://any.example', { ALLOWED_ORIGINS: '*' })).toEqual([
    200,
    'https://any.example',
  ])
  expect(await from('http://localhost:3000', {}, 'http://127.0.0.1:8787')).toEqual([
    200,
    'http://localhost:3000',
  ])
  expect(await from('https://evil.example', {}, 'http://localhost:8787')).toEqual([403, null])
  const headers = { origin: 'https://evil.example' }
  expect(await closed('/sessions/abc/websocket', { headers })).toBe('4403 forbidden')
})

test('[HTTP] a preflight is answered for allowed origins only', async () => {
  const ask1 = (origin: string) =>
    ask('/sessions/abc/do/messages', { method: 'OPTIONS', headers: { origin } })
  const own = await ask1(ORIGIN)
  expect([own.status, own.headers.get('access-control-allow-methods')]).toEqual([
    204,
    'GET, POST, DELETE, OPTIONS',
  ])
  expect((await ask1('https://evil.example')).status).toBe(403)
})

test('[HTTP] the Worker alone answers OPTIONS, asked by a page or not', async () => {
  const before = boots.size
  const options = async (path: string, headers = {}) => {
    const response = await ask(path, { method: 'OPTIONS', headers })
    return [response.status, response.headers.get('allow')]
  }
  for (const headers of [{}, { origin: ORIGIN }]) {
    expect(await options('/sessions/options/do/messages', headers)).toEqual([204, 'GET, POST'])
    expect(await options('/sessions/options', headers)).toEqual([204, 'DELETE'])
    expect(await options('/sessions/options/websocket', headers)).toEqual([204, 'GET'])
    expect(await options('/health', headers)).toEqual([204, 'GET'])
    for (const path of ['/', '/sessions', '/sessions/options/other'])
      expect((await options(path, headers))[0], path).toBe(404)
  }
  const page = await ask('/sessions/a.b/do/messages', {
    method: 'OPTIONS',
    headers: { origin: ORIGIN },
  })
  expect([page.status, page.headers.get('access-control-allow-origin')]).toEqual([400, ORIGIN])
  expect(boots.size).toBe(before)
})

test('[HTTP] only the socket route gives a socket, and only to GET', async () => {
  const upgrade = (path: string, method = 'GET') =>
    ask(`/sessions/upgrades${path}?guest=0123456789abcdef`, {
      method,
      headers: { upgrade: 'websocket' },
    })
  const status = await upgrade('/do/status')
  expect([status.status, status.webSocket]).toEqual([200, null])
  expect(await status.json()).toMatchObject({ connections: 0 })
  expect((await upgrade('/do/messages')).status).toBe(200)
  expect((await upgrade('/do/other/websocket')).status).toBe(404)
  expect((await upgrade('/do/messages', 'POST')).status).toBe(400)
  expect((await upgrade('', 'DELETE')).status).toBe(403)
  expect((await upgrade('/websocket', 'POST')).status).toBe(405)
  expect((await upgrade('/websocket')).status).toBe(101)
})

test('[T07][HTTP][S75] the outside cannot pose as the Worker', async () => {
  const entry = { user: { id: 'root', name: 'Root' }, role: 'admin', session: 'pose' }
  const headers = { 'x-session-kit-entry': encodeURIComponent(JSON.stringify(entry)) }
  const client = await TestClient.connect('pose', { query: '', headers })
  const { welcome } = await client.hello()
  expect(welcome.you.role).toBe('member')
  expect(welcome.you.user.id).toMatch(/^g_/)
})

test('[T11][HTTP] only an admin deletes', async () => {
  const headers = { authorization: `Bearer ${await signTicket(member, SECRET)}` }
  const path = '/sessions/abc'
  expect(await refusal(ask(path, { method: 'DELETE', headers }))).toBe('403 forbidden')
  expect(await refusal(ask(path, { method: 'DELETE' }))).toBe('403 forbidden')
})

test('[HTTP] HEAD is answered as GET is, without a body', async () => {
  for (const path of ['/health', '/sessions/heads/do/status', '/sessions/heads/do/messages']) {
    const { status, body } = await ask(path, { method: 'HEAD' })
    expect([status, body], path).toEqual([200, null])
  }
})

test('[T09][HTTP] signTicket refuses claims that no ticket may bear', async () => {
  const bad: Partial<TicketClaims>[] = [
    { sub: '' },
    { sub: 'g_x' },
    { sub: 'agent' },
    { sub: 'x'.repeat(129) },
    { sid: 'a b' },
    { name: 'x'.repeat(65) },
    { role: 'root' as never },
    { exp: Number.NaN },
    { exp: 1e308 },
    { exp: -1 },
  ]
  for (const claims of bad)
    await expect(signTicket({ ...member, ...claims }, SECRET)).rejects.toThrow('signTicket()')
  for (const none of ['', undefined as never])
    await expect(signTicket(member, none)).rejects.toThrow('SESSION_SECRET')
  for (const none of [undefined, null, 'u1'])
    await expect(signTicket(none as never, SECRET)).rejects.toThrow('needs claims')
})
