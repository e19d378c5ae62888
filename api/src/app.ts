/**
 * The way in: routes, ids, origins and tickets, all judged before a Durable Object is woken.
 *
 * An upgrade goes on as the request it came as; Hono's own upgrade helper would
 * take the socket here, and the session could never hibernate.
 */

import { CLOSE, isSessionId } from '@session-kit/ui-kit/protocol'
import { type Context, Hono } from 'hono'
import { ConfigError, readConfig, type SessionEnv } from './config.ts'
import { readGuest } from './guests.ts'
import { type Identity, withEntry } from './identity.ts'
import { isAllowedOrigin } from './isAllowedOrigin.ts'
import { isUpgrade } from './isUpgrade.ts'
import { problem } from './problem.ts'
import { readTicket } from './tickets.ts'

type SessionContext = Context<{ Bindings: SessionEnv }>

const METHODS = 'GET, POST, DELETE, OPTIONS'

/** What a preflight, or any OPTIONS, may ask for. */
const ROUTES = {
  '/health': 'GET',
  '/sessions/:id/websocket': 'GET',
  '/sessions/:id/do/*': 'GET, POST',
  '/sessions/:id': 'DELETE',
}

/**
 * A Hono app with every route of a session: mount it at the root of a Worker
 * whose binding `SESSIONS` is the class `SessionDO` or one derived from it.
 */
export function createSessionApp() {
  const app = new Hono<{ Bindings: SessionEnv }>({
    // The path as it stands in the URL: the session reads it like that, too.
    getPath: (request) => new URL(request.url).pathname,
  })

  app.use(async (c, next) => {
    const origin = c.req.header('origin')
    if (origin === undefined) return next()
    if (!isAllowedOrigin(origin, c.req.url, c.env.ALLOWED_ORIGINS))
      return refuse(c, 'forbidden', 'this origin is not in ALLOWED_ORIGINS')
    await next()
    if (c.res.webSocket) return
    c.res = new Response(c.res.body, c.res)
    c.res.headers.set('access-control-allow-origin', origin)
    c.res.headers.set('access-control-expose-headers', 'Retry-After')
    c.res.headers.append('vary', 'Origin')
    if (c.req.method !== 'OPTIONS') return
    c.res.headers.set('access-control-allow-methods', METHODS)
    c.res.headers.set('access-control-allow-headers', 'Authorization, Content-Type')
    c.res.headers.set('access-control-max-age', '86400')
  })

  app.use('/sessions/*', async (c, next) => {
    if (/^\/sessions\/?$/.test(c.req.path) || isSessionId(c.req.path.split('/')[2])) return next()
    return badSession()
  })
  for (const [path, allow] of Object.entries(ROUTES))
    app.options(path, () => new Response(null, { status: 204, headers: { allow } }))

  app.get('/health', (c) => c.json({ ok: true }))
  app.all('/health', () => methodNotAllowed('GET'))

  app.all('/sessions/:id/websocket', (c) => {
    if (c.req.method !== 'GET') return methodNotAllowed('GET')
    if (!isUpgrade(c.req.raw))
      return problem(426, 'upgrade_required', 'this route speaks WebSocket only', {
        upgrade: 'websocket',
      })
    return enter(c, c.req.param('id'))
  })
  app.all('/sessions/:id/do/*', (c) => enter(c, c.req.param('id')))
  app.all('/sessions/:id', (c) =>
    c.req.method === 'DELETE' ? enter(c, c.req.param('id'), true) : methodNotAllowed('DELETE'),
  )

  app.notFound(() => problem(404, 'not_found', 'there is no such route'))
  app.onError((error) => {
    console.error(JSON.stringify({ event: 'request.failed', error: String(error) }))
    if (error instanceof ConfigError) return problem(500, error.code, error.message)
    return problem(500, 'internal', 'the session could not answer')
  })
  return app
}

/** Hands a request on to its session, once it is known who asks. */
async function enter(c: SessionContext, session: string, adminOnly = false): Promise<Response> {
  readConfig(c.env)
  const identity = await identify(c, session)
  if (identity === 'unauthorized')
    return refuse(c, identity, 'no ticket, or one that is not valid here')
  if (identity === 'forbidden') return refuse(c, identity, 'this ticket is for another session')
  if (adminOnly && identity.role !== 'admin') return refuse(c, 'forbidden', 'only for an admin')
  const sessions = c.env.SESSIONS
  const request = withEntry(c.req.raw, { ...identity, session })
  return sessions.get(sessions.idFromName(session)).fetch(request)
}

async function identify(
  c: SessionContext,
  session: string,
): Promise<Identity | 'unauthorized' | 'forbidden'> {
  const { SESSION_SECRET, ALLOW_GUESTS } = c.env
  const authorization = c.req.header('authorization') ?? ''
  // A malformed one stays what it is, which is no ticket: whoever shows one is no guest.
  const bearer = /^bearer/i.test(authorization) && authorization.replace(/^bearer +/i, '')
  const ticket = c.req.query('ticket') ?? (bearer || undefined)
  if (ticket !== undefined)
    return SESSION_SECRET ? readTicket(ticket, SESSION_SECRET, session, Date.now()) : 'unauthorized'
  if (ALLOW_GUESTS !== 'true') return 'unauthorized'
  const { guest, name } = c.req.query()
  return (await readGuest(guest ?? null, name ?? null)) ?? 'unauthorized'
}

/** A browser hides the status of a refused upgrade, so the refusal is a close code there. */
function refuse(c: SessionContext, code: 'unauthorized' | 'forbidden', message: string): Response {
  if (!isUpgrade(c.req.raw)) return problem(code === 'forbidden' ? 403 : 401, code, message)
  const { 0: client, 1: server } = new WebSocketPair()
  server.accept()
  server.close(code === 'forbidden' ? CLOSE.forbidden : CLOSE.unauthorized, code)
  return new Response(null, { status: 101, webSocket: client })
}

const badSession = (): Response =>
  problem(400, 'bad_session', 'a session id is 1 to 64 of A-Z a-z 0-9 _ -')

const methodNotAllowed = (allow: string): Response =>
  problem(405, 'method_not_allowed', `use ${allow}`, { allow })
