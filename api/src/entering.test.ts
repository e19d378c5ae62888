/** Who gets in, and what a stranger learns and leaves behind: statements of failures.md. */

import { afterEach, expect, test, vi } from 'vitest'
import {
  expectReports,
  inside,
  newCid,
  newSession,
  ORIGIN,
  stubOf,
  TestClient,
  testEnv,
} from '../test/TestClient.ts'
import worker, { boots } from '../test/worker.ts'
import { signTicket, type TicketClaims } from './tickets.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const closedDoor = { ALLOW_GUESTS: undefined }
const alone = { AGENT: 'none' }

const ask = (path: string, init: RequestInit = {}, vars: object = {}) =>
  worker.fetch(new Request(`${ORIGIN}${path}`, init), { ...testEnv, ...vars })

const ticket = (claims: Partial<TicketClaims>) =>
  signTicket({ sub: 'u1', sid: '*', ...claims }, testEnv.SESSION_SECRET ?? '')

const tables = (session: string) =>
  inside(session, (_, { storage }) =>
    storage.sql.exec(`SELECT name FROM sqlite_master WHERE name NOT LIKE '_cf_%'`).toArray(),
  )

test('[T05][S69] cookies are nobody: a page elsewhere gains nothing by those that a browser adds', async () => {
  const good = await ticket({ role: 'admin' })
  const cookie = `ticket=${good}; guest=0123456789abcdef; session=${good}; Authorization=Bearer ${good}`
  const before = boots.size
  const path = '/sessions/cookies/do/status'
  for (const origin of [undefined, ORIGIN, 'https://evil.example']) {
    const headers = { cookie, ...(origin && { origin }) }
    const expected = origin === 'https://evil.example' ? 403 : 401
    expect((await ask(path, { headers }, closedDoor)).status, origin).toBe(expected)
  }
  // With a ticket of its own a foreign page is refused all the same, before any session wakes.
  const headers = { origin: 'https://evil.example', authorization: `Bearer ${good}` }
  expect((await ask(path, { headers })).status).toBe(403)
  expect(boots.size).toBe(before)
})

test('[S70] an id made of 64 hex digits is a name like any other and opens no foreign object', async () => {
  const session = newSession(alone)
  await (await TestClient.join(session)).tell('for members of this session')
  const hex = `${stubOf(session).id}`
  expect(hex).toMatch(/^[0-9a-f]{64}$/)
  const stranger = await TestClient.connect(hex)
  const { sync, welcome } = await stranger.hello()
  expect([welcome.session, sync.messages]).toEqual([hex, []])
  expect((await ask(`/sessions/${hex}0/do/status`)).status).toBe(400)
})

test('[T06][S70] guessing ids leaves no storage behind', async () => {
  const session = newSession(alone)
  const viewer = await ticket({ role: 'viewer' })
  const body = JSON.stringify({ cid: newCid(), text: 'x' })
  const path = `/sessions/${session}/do`
  for (const query of ['', `?ticket=${viewer}`]) {
    for (const read of ['messages', 'status', 'other'])
      await (await ask(`${path}/${read}${query}`)).text()
    await ask(`${path}/messages${query}`, { method: 'POST', body: query ? body : '{}' })
  }
  const raw = await TestClient.connect(session)
  await raw.say({ type: 'send', cid: newCid(), text: 'x' })
  await raw.get('error')
  raw.close()
  await raw.getClosed()
  expect(await tables(session)).toEqual([])
})

test('[T19][S73] an error over HTTP says what happened, and never where in the code', async () => {
  const session = newSession(alone)
  const reports = expectReports()
  await TestClient.join(session)
  const post = () =>
    ask(`/sessions/${session}/do/messages?guest=0123456789abcdef`, {
      method: 'POST',
      body: JSON.stringify({ cid: newCid(), text: 'x' }),
    })
  await inside(session, (_, { storage: { sql } }) => {
    sql.exec(
      `CREATE TRIGGER sabotage BEFORE INSERT ON messages BEGIN SELECT RAISE(ABORT, 'inner'); END`,
    )
  })
  const refused = await post()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await refused.json()).toEqual({
    error: { code: 'storage', message: 'it could not be stored' },
  })
  const broken = await ask(
    `/sessions/${session}/do/status`,
    {},
    {
      SESSIONS: { idFromName: () => null, get: () => null },
    },
  )
  expect([broken.status, await broken.json()]).toEqual([
    500,
    { error: { code: 'internal', message: 'the session could not answer' } },
  ])
  expect(reports).toEqual(['work.failed', 'request.failed'])
})

test('[T22][S76] history over HTTP asks for the same ticket as the socket does', async () => {
  const session = newSession(alone)
  await (await TestClient.join(session)).tell('private')
  const path = `/sessions/${session}/do/messages`
  const status = async (claims?: Partial<TicketClaims>) => {
    const query = claims ? `?ticket=${await ticket(claims)}` : ''
    const response = await ask(`${path}${query}`, {}, closedDoor)
    const body = await response.text()
    expect(body.includes('private'), body).toBe(response.status === 200)
    return response.status
  }
  const past = Math.floor(Date.now() / 1_000) - 61
  expect(await status()).toBe(401)
  expect(await status({ exp: past })).toBe(401)
  expect(await status({ sid: 'another' })).toBe(403)
  for (const role of ['viewer', 'member', 'admin'] as const)
    expect(await status({ role })).toBe(200)
  const viewer = await ticket({ role: 'viewer', sid: session })
  const post = { method: 'POST', body: JSON.stringify({ cid: newCid(), text: 'x' }) }
  expect((await ask(`${path}?ticket=${viewer}`, post)).status).toBe(403)
})
