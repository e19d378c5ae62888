/**
 * The way in: routes, ids, origins and tickets, all judged before a Durable Object is woken.
 *
 * An upgrade goes on as the request it came as; Hono's own upgrade helper would
 * take the socket here, and the session could never hibernate.
 */

import { CLOSE, isSessionId, type Limits, utf8Length } from '@session-kit/ui-kit/protocol'
import { type Context, Hono, type MiddlewareHandler, type Next } from 'hono'
import { type Config, ConfigError, readConfig, type SessionEnv } from './config.ts'
import { errorResponse, methodNotAllowed } from './errorResponse.ts'
import { getSession } from './getSession.ts'
import { readGuest } from './guests.ts'
import { type Identity, withEntry } from './identity.ts'
import { isAllowedOrigin } from './isAllowedOrigin.ts'
import { isUpgrade } from './isUpgrade.ts'
import { type SessionOptions, setOptions } from './options.ts'
import { type Place, placeOf } from './placeOf.ts'
import { readText } from './readText.ts'
import { report } from './report.ts'
import type { SessionEvent } from './SessionEvent.ts'
import { tooLarge } from './say.ts'
import { tellEvent } from './tellEvent.ts'
import { readTicket } from './tickets.ts'

interface SessionHono {
  Bindings: SessionEnv
  /** Named so that they are no variables of an app that mounts this one. */
  Variables: {
    /** undefined: the path has no place for a session */
    'session-kit.place': Place | undefined
    'session-kit.config'?: Config
    /** how an upgrade was refused, which its status doesn't tell: a close code instead */
    'session-kit.refused'?: { reason: string; status: number }
  }
}

type SessionContext = Context<SessionHono>
type Refused = 'unauthorized' | 'forbidden'

/** After which a client that found its session full may come again. */
const FULL_WAIT_MS = 30_000

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
): Hono<{ Bindings: SessionEnv }> {
  setOptions(options as SessionOptions)
  const app = new Hono<SessionHono>({
    // The path as it stands in the URL: the session reads it like that, too.
    getPath: (request) => new URL(request.url).pathname,
  })

  const guard: MiddlewareHandler<SessionHono> = async (c, next) => {
    c.set('session-kit.place', placeOf(c.req.url))
    const refused = await allowOrigin(c, next)
    if (refused) c.res = refused
    const { status } = c.res
    const upgrade = c.get('session-kit.refused')
    if (!upgrade && status < 400) return
    const refusal = upgrade ?? { reason: await codeOf(c.res), status }
    const id = c.get('session-kit.place')?.id
    const session = isSessionId(id) ? { session: id } : {}
    const hook = (event: SessionEvent) => options.onEvent?.(event, c.env as Env)
    keepAlive(c, tellEvent({ type: 'request.refused', ...session, ...refusal }, hook))
  }
  app.use('/health', guard)
  app.use('/sessions/*', guard, async (c, next) => {
    const place = c.get('session-kit.place')
    return !place || isSessionId(place.id) ? next() : badSession()
  })

  for (const [path, allow] of Object.entries(ROUTES))
    app.options(path, () => new Response(null, { status: 204, headers: { allow } }))

  app.get('/health', (c) => c.json({ ok: true }))
  app.all('/health', () => methodNotAllowed('GET'))

  app.all('/sessions/:id/websocket', (c) => {
    if (c.req.method !== 'GET') return methodNotAllowed('GET')
    if (!isUpgrade(c.req.raw, c.get('session-kit.place')?.path))
      return errorResponse(426, 'upgrade_required', 'this route speaks WebSocket only', {
        upgrade: 'websocket',
      })
    return enter(c)
  })
  app.all('/sessions/:id/do/*', (c) => enter(c))
  app.all('/sessions/:id', (c) =>
    c.req.method === 'DELETE' ? enter(c, true) : methodNotAllowed('DELETE'),
  )
  app.all('/sessions/*', () => notFound())

  app.notFound(() => notFound())
  app.onError((error, c) => {
    const id = c.get('session-kit.place')?.id
    report('request.failed', error, isSessionId(id) ? id : undefined)
    if (error instanceof ConfigError) return errorResponse(500, error.code, error.message)
    return errorResponse(500, 'internal', 'the session could not answer')
  })
  // A user's declarations name this type, and what the routes keep for themselves is none of it.
  return app as unknown as Hono<{ Bindings: SessionEnv }>
}

/** Read once a request, and only where it is asked for: /health answers without. @throws ConfigError */
function configOf(c: SessionContext): Config {
  const config = c.get('session-kit.config') ?? readConfig(c.env)
  c.set('session-kit.config', config)
  return config
}

/** Lets in what comes from no page or from an allowed one, and tells the browser so. */
async function allowOrigin(c: SessionContext, next: Next): Promise<Response | undefined> {
  const origin = c.req.header('origin')
  if (origin === undefined) return void (await next())
  if (!isAllowedOrigin(origin, c.req.url, configOf(c).origins))
    return refuse(c, 'forbidden', 'this origin is not in ALLOWED_ORIGINS')
  await next()
  c.res.headers.set('access-control-allow-origin', origin)
  c.res.headers.set('access-control-expose-headers', 'Retry-After')
  c.res.headers.append('vary', 'Origin')
  if (c.req.method !== 'OPTIONS') return undefined
  c.res.headers.set('access-control-allow-methods', METHODS)
  c.res.headers.set('access-control-allow-headers', 'Authorization, Content-Type')
  c.res.headers.set('access-control-max-age', '86400')
  return undefined
}

/** Why an answer is a refusal; its body can still be read. */
async function codeOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.includes('json')) return `${response.status}`
  // The answer to a HEAD says that it is JSON, and has no body.
  const body = await response
    .clone()
    .json<{ error?: { code?: string } } | null>()
    .catch(() => null)
  return body?.error?.code ?? `${response.status}`
}

/** Outlives the answer, where the platform is there to allow it. */
function keepAlive(c: SessionContext, work: Promise<void>): void {
  try {
    c.executionCtx.waitUntil(work)
  } catch {
    // A test that calls `fetch` without a context waits for nothing.
  }
}

/** Hands a request on to its session, once it is known who asks. */
async function enter(c: SessionContext, adminOnly = false): Promise<Response> {
  const place = c.get('session-kit.place')
  // What is asked here and what the object is named by has to be the same to the letter.
  if (!place || place.id !== c.req.param('id')) return badSession()
  const { limits } = configOf(c)
  const identity = await identify(c, place.id)
  if (identity === 'unauthorized')
    return refuse(c, identity, 'no ticket, or one that is not valid here')
  if (identity === 'forbidden') return refuse(c, identity, 'this ticket is for another session')
  if (adminOnly && identity.role !== 'admin') return refuse(c, 'forbidden', 'only for an admin')
  // A body that never ends is waited for here, and not by the session.
  const body = await bodyOf(c, maxBodyBytes(limits))
  if (body === undefined) return errorResponse(413, 'too_large', tooLarge(limits).message)
  const entry = { ...identity, session: place.id }
  const request = withEntry(c.req.raw, entry, place.path, body)
  const response = await getSession(c.env, place.id).fetch(request)
  if (response.status === 503 && isUpgrade(c.req.raw, place.path))
    return closeUpgrade(c, CLOSE.overloaded, `${await codeOf(response)};${FULL_WAIT_MS}`)
  // Nothing can be added to the headers of what was fetched, and middleware wants to.
  return new Response(response.body, response)
}

/** Only a POST has one that anybody reads; middleware in front may have read it before. */
async function bodyOf(c: SessionContext, maxBytes: number): Promise<string | undefined> {
  if (c.req.method !== 'POST') return ''
  if (!c.req.raw.bodyUsed) return readText(c.req.raw, maxBytes)
  const text = await c.req.text()
  return utf8Length(text) > maxBytes ? undefined : text
}

let isClosedTold = false

/** To whoever has just started, and only once: strangers who knock must not fill the log. */
function tellClosed(): void {
  if (isClosedTold) return
  isClosedTold = true
  report(
    'worker.closed',
    'Nobody gets in: neither SESSION_SECRET nor ALLOW_GUESTS is set. Set SESSION_SECRET for people with tickets, or ALLOW_GUESTS to "true" for anybody.',
  )
}

async function identify(
  c: SessionContext,
  session: string,
): Promise<Identity | 'unauthorized' | 'forbidden'> {
  const { SESSION_SECRET, ALLOW_GUESTS } = c.env
  const isOpen = String(ALLOW_GUESTS) === 'true'
  if (!SESSION_SECRET && !isOpen) tellClosed()
  const authorization = c.req.header('authorization') ?? ''
  // A malformed one stays what it is, which is no ticket: whoever shows one is no guest.
  const bearer = /^bearer/i.test(authorization) && authorization.replace(/^bearer +/i, '')
  const ticket = c.req.query('ticket') ?? (bearer || undefined)
  if (ticket !== undefined)
    return SESSION_SECRET ? readTicket(ticket, SESSION_SECRET, session, Date.now()) : 'unauthorized'
  if (!isOpen) return 'unauthorized'
  const { guest, name } = c.req.query()
  return (await readGuest(guest ?? null, name ?? null)) ?? 'unauthorized'
}

/** A browser hides the status of a refused upgrade, so the refusal is a close code there. */
function refuse(c: SessionContext, code: Refused, message: string): Response {
  if (isUpgrade(c.req.raw, c.get('session-kit.place')?.path))
    return closeUpgrade(c, CLOSE[code], code)
  return errorResponse(code === 'forbidden' ? 403 : 401, code, message)
}

/** Not by the session, which a client that never answers the close would keep awake. */
function closeUpgrade(c: SessionContext, status: number, closeReason: string): Response {
  const { 0: client, 1: server } = new WebSocketPair()
  server.accept()
  server.close(status, closeReason)
  const [reason = ''] = closeReason.split(';')
  c.set('session-kit.refused', { reason, status })
  return new Response(null, { status: 101, webSocket: client })
}

/** JSON may write one byte as \\u and four digits; and something surrounds the message. */
const maxBodyBytes = ({ messageBytes }: Limits): number => 6 * messageBytes + 1_024

const badSession = (): Response =>
  errorResponse(400, 'bad_session', 'a session id is 1 to 64 of A-Z a-z 0-9 _ -')

const notFound = (): Response => errorResponse(404, 'not_found', 'there is no such route')
