/**
 * The way in: routes, ids, origins and tickets, all judged before a Durable Object is woken.
 *
 * An upgrade goes on as the request it came as; Hono's own upgrade helper would
 * take the socket here, and the session could never hibernate.
 */

import { CLOSE, isSessionId } from '@session-kit/ui-kit/protocol'
import { type Context, Hono, type MiddlewareHandler, type Next } from 'hono'
import { routePath } from 'hono/route'
import { ConfigError, readConfig, type SessionEnv } from './config.ts'
import { readGuest } from './guests.ts'
import { type Identity, withEntry } from './identity.ts'
import { isAllowedOrigin } from './isAllowedOrigin.ts'
import { isUpgrade } from './isUpgrade.ts'
import { type SessionOptions, setOptions } from './options.ts'
import { problem } from './problem.ts'
import type { SessionEvent } from './SessionEvent.ts'
import { tellEvent } from './tellEvent.ts'
import { readTicket } from './tickets.ts'

export interface SessionHono {
  Bindings: SessionEnv
  /** how an upgrade was refused, which its status doesn't tell */
  Variables: { refused?: Refused }
}

type SessionContext = Context<SessionHono>
type Refused = 'unauthorized' | 'forbidden'

const METHODS = 'GET, POST, DELETE, OPTIONS'

/** What a preflight, or any OPTIONS, may ask for. */
const ROUTES = {
  '/health': 'GET',
  '/sessions/:id/websocket': 'GET',
  '/sessions/:id/do/*': 'GET, POST',
  '/sessions/:id': 'DELETE',
}

/**
 * A Hono app with every route of a session, for a Worker whose binding `SESSIONS` is the class
 * `SessionDO` or one derived from it: export it as it is, or hand it to `route` of your own app.
 *
 * @throws when another app of the same Worker was given options
 */
export function createSessionApp<Env extends SessionEnv = SessionEnv>(
  options: SessionOptions<Env> = {},
) {
  setOptions(options as SessionOptions)
  const app = new Hono<SessionHono>({
    // The path as it stands in the URL: the session reads it like that, too.
    getPath: (request) => new URL(request.url).pathname,
  })

  const guard: MiddlewareHandler<SessionHono> = async (c, next) => {
    const refused = await allowOrigin(c, next)
    if (refused) c.res = refused
    const upgrade = c.get('refused')
    if (!upgrade && c.res.status < 400) return
    const { reason, status } = upgrade
      ? { reason: upgrade, status: CLOSE[upgrade] }
      : { reason: await codeOf(c.res), status: c.res.status }
    const id = sessionOf(c)
    const session = isSessionId(id) ? { session: id } : {}
    const hook = (event: SessionEvent) => options.onEvent?.(event, c.env as Env)
    tellEvent({ type: 'request.refused', ...session, reason, status }, hook)
  }
  app.use('/health', guard)
  app.use('/sessions/*', guard, async (c, next) => {
    const id = sessionOf(c)
    return id === undefined || isSessionId(id) ? next() : badSession()
  })

  for (const [path, allow] of Object.entries(ROUTES))
    app.options(path, () => new Response(null, { status: 204, headers: { allow } }))

  app.get('/health', (c) => c.json({ ok: true }))
  app.all('/health', () => methodNotAllowed('GET'))

  app.all('/sessions/:id/websocket', (c) => {
    if (c.req.method !== 'GET') return methodNotAllowed('GET')
    if (!isUpgrade(c.req.raw, baseOf(c)))
      return problem(426, 'upgrade_required', 'this route speaks WebSocket only', {
        upgrade: 'websocket',
      })
    return enter(c, c.req.param('id'))
  })
  app.all('/sessions/:id/do/*', (c) => enter(c, c.req.param('id')))
  app.all('/sessions/:id', (c) =>
    c.req.method === 'DELETE' ? enter(c, c.req.param('id'), true) : methodNotAllowed('DELETE'),
  )
  app.all('/sessions/*', () => notFound())

  app.notFound(() => notFound())
  app.onError((error) => {
    console.error(JSON.stringify({ event: 'request.failed', error: String(error) }))
    if (error instanceof ConfigError) return problem(500, error.code, error.message)
    return problem(500, 'internal', 'the session could not answer')
  })
  return app
}

/** Lets in what comes from no page or from an allowed one, and tells the browser so. */
async function allowOrigin(c: SessionContext, next: Next): Promise<Response | undefined> {
  const origin = c.req.header('origin')
  if (origin === undefined) return void (await next())
  if (!isAllowedOrigin(origin, c.req.url, c.env.ALLOWED_ORIGINS))
    return refuse(c, 'forbidden', 'this origin is not in ALLOWED_ORIGINS')
  await next()
  if (c.res.webSocket) return undefined
  c.res = new Response(c.res.body, c.res)
  c.res.headers.set('access-control-allow-origin', origin)
  c.res.headers.set('access-control-expose-headers', 'Retry-After')
  c.res.headers.append('vary', 'Origin')
  if (c.req.method !== 'OPTIONS') return undefined
  c.res.headers.set('access-control-allow-methods', METHODS)
  c.res.headers.set('access-control-allow-headers', 'Authorization, Content-Type')
  c.res.headers.set('access-control-max-age', '86400')
  return undefined
}

/** Where the app is mounted: what stands before its own paths. */
const baseOf = (c: SessionContext): string =>
  routePath(c).replace(/\/(sessions\/(\*|:id\b.*)|health)$/, '')

/** The id as it stands in the URL; undefined where the path has no place for one. */
function sessionOf(c: SessionContext): string | undefined {
  const path = new URL(c.req.url).pathname.slice(baseOf(c).length)
  return /^\/sessions\/?$/.test(path) ? undefined : path.split('/')[2]
}

/** Why an answer is a refusal; its body can still be read. */
async function codeOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.includes('json')) return `${response.status}`
  const { error } = await response.clone().json<{ error?: { code?: string } }>()
  return error?.code ?? `${response.status}`
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
  const request = withEntry(c.req.raw, { ...identity, session }, baseOf(c))
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
function refuse(c: SessionContext, code: Refused, message: string): Response {
  if (!isUpgrade(c.req.raw, baseOf(c)))
    return problem(code === 'forbidden' ? 403 : 401, code, message)
  const { 0: client, 1: server } = new WebSocketPair()
  server.accept()
  server.close(CLOSE[code], code)
  c.set('refused', code)
  return new Response(null, { status: 101, webSocket: client })
}

const badSession = (): Response =>
  problem(400, 'bad_session', 'a session id is 1 to 64 of A-Z a-z 0-9 _ -')

const notFound = (): Response => problem(404, 'not_found', 'there is no such route')

const methodNotAllowed = (allow: string): Response =>
  problem(405, 'method_not_allowed', `use ${allow}`, { allow })
