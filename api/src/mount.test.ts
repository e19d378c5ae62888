import { Hono } from 'hono'
import { etag } from 'hono/etag'
import { secureHeaders } from 'hono/secure-headers'
import { timing } from 'hono/timing'
import { expect, test } from 'vitest'
import { ORIGIN, testEnv } from '../test/TestClient.ts'
import { boots } from '../test/worker.ts'
import { createSessionApp } from './app.ts'
import type { SessionEnv } from './config.ts'

interface Env extends SessionEnv {
  SHOP: string
}

const sessions = createSessionApp()
const env = { ...testEnv, SHOP: 'open' } as unknown as Env

/** Somebody's Worker: routes and middleware of its own around the sessions. */
const atRoot = new Hono<{ Bindings: Env }>()
  .get('/shop', (c) => c.text(c.env.SHOP))
  .route('/', sessions)
  .get('/late', (c) => c.text('behind the sessions'))
  .notFound((c) => c.text('the shop has no such page', 404))

const below = new Hono<{ Bindings: Env }>().route('/chat/sessions', sessions)
const tenants = new Hono<{ Bindings: Env }>().route('/t/:tenant', sessions)
const mounted = new Hono<{ Bindings: Env }>().mount('/chat', sessions.fetch)

const behind = new Hono<{ Bindings: Env }>()
  .use(secureHeaders(), timing(), etag())
  .route('/', sessions)

const ask = async (app: Hono<{ Bindings: Env }>, path: string, init?: RequestInit) =>
  app.fetch(new Request(`${ORIGIN}${path}`, init), env)

/** Says hello on a socket at `path`, and returns the type of what comes back. */
async function greet(app: Hono<{ Bindings: Env }>, path: string): Promise<string> {
  const { webSocket } = await ask(app, path, { headers: { upgrade: 'websocket' } })
  if (!webSocket) return 'no socket'
  const first = new Promise<MessageEvent>((resolve) => {
    webSocket.addEventListener('message', resolve, { once: true })
  })
  webSocket.accept()
  webSocket.send('{"type":"hello","v":1}')
  const { data } = await first
  webSocket.close()
  return JSON.parse(String(data)).type
}

test('[HTTP] a Worker of one’s own keeps its routes, its errors and its pages of other origins', async () => {
  const foreign = { headers: { origin: 'https://elsewhere.example' } }
  expect(await (await ask(atRoot, '/shop', foreign)).text()).toBe('open')
  expect(await (await ask(atRoot, '/late', foreign)).text()).toBe('behind the sessions')
  expect(await (await ask(atRoot, '/none')).text()).toBe('the shop has no such page')
  expect((await ask(atRoot, '/sessions/a/do/status', foreign)).status).toBe(403)
})

test.each([
  ['at its root', atRoot, ''],
  ['below a path, by route', below, '/chat/sessions'],
  ['below a path with a parameter', tenants, '/t/acme'],
  ['below a path, by mount', mounted, '/chat'],
  ['behind middleware that adds headers', behind, ''],
])('[HTTP] sessions %s answer as they do alone', async (name, app, base) => {
  const id = name.replaceAll(/\W/g, '-')
  expect((await ask(app, `${base}/health`)).status).toBe(200)
  expect((await ask(app, `${base}/sessions/${id}/websocket`)).status).toBe(426)
  expect(await greet(app, `${base}/sessions/${id}/websocket`)).toBe('welcome')
  const status = await ask(app, `${base}/sessions/${id}/do/status`)
  expect(await status.json()).toMatchObject({ head: 0, status: { state: 'idle' } })
  const body = JSON.stringify({ cid: 'a-cid-of-mine', text: 'said' })
  const post = await ask(app, `${base}/sessions/${id}/do/messages`, { method: 'POST', body })
  expect([post.status, await post.json()]).toMatchObject([201, { dup: false }])
  if (app === behind) expect(post.headers.get('x-frame-options')).toBe('SAMEORIGIN')
  // `mount` of Hono has decoded what can be by then: `%61bc` would be `abc`.
  for (const bad of ['a%2Fb', 'a.b', ''])
    expect((await ask(app, `${base}/sessions/${bad}/do/status`)).status, bad).toBe(400)
  expect((await ask(app, `${base}/sessions/${id}/none`)).status).toBe(404)
})

test('[HTTP] a body that middleware has read before is stored all the same', async () => {
  const reading = new Hono<{ Bindings: Env }>()
    .use(async (c, next) => {
      if (c.req.method === 'POST') await c.req.json()
      return next()
    })
    .route('/', sessions)
  const text = 'read twice'
  const post = (body: object) =>
    ask(reading, '/sessions/read-twice/do/messages', { method: 'POST', body: JSON.stringify(body) })
  expect((await post({ cid: 'a-cid-of-mine', text })).status).toBe(201)
  expect((await post({ cid: 'another-cid', text: 'x'.repeat(1_600_000) })).status).toBe(413)
  const page = await ask(reading, '/sessions/read-twice/do/messages')
  expect(await page.text()).toContain(text)
})

test('[T11] wherever sessions are mounted, only an admin wipes one, and only by DELETE', async () => {
  const id = 'not-to-be-wiped'
  const route = `/t/a/sessions/${id}`
  const body = JSON.stringify({ cid: 'a-cid-of-mine', text: 'kept' })
  await ask(tenants, `${route}/do/messages`, { method: 'POST', body })
  for (const path of ['/do/', '/do/?x=/do/messages', '/do//', ''])
    for (const method of ['GET', 'POST', 'DELETE'])
      expect((await ask(tenants, `${route}${path}`, { method })).ok, `${method} ${path}`).toBe(
        false,
      )
  const status = await ask(tenants, `${route}/do/status`)
  expect(await status.json()).toMatchObject({ epoch: expect.any(String) })
})

test('[T06][S70] what is checked as an id and what names the object are the same letters', async () => {
  const before = boots.size
  for (const path of [
    '/t/%61/sessions/a.b/do/status',
    `/t/%74%61/sessions/${'x'.repeat(100)}/do/status`,
    '/t/sessions/sessions/do/do/status',
  ])
    expect((await ask(tenants, path)).status, path).toBe(400)
  expect(boots.size).toBe(before)
})
