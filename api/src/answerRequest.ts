/**
 * What a session answers over HTTP below `/sessions/:id/do/`, and to DELETE.
 *
 * The Worker has checked who asks. Reads make no tables; a POST stores like a `send`.
 */

import { decodeContent, isCid, PAGE_LIMIT } from '@session-kit/ui-kit/protocol'
import type { Desk } from './Desk.ts'
import { errorResponse, methodNotAllowed } from './errorResponse.ts'
import type { Entry } from './identity.ts'
import { tooFast } from './Sends.ts'
import type { Refusal } from './say.ts'

const DEFAULT_PAGE = 50

export async function answerRequest(
  request: Request,
  entry: Entry,
  desk: Desk,
  wipe: () => Promise<void>,
): Promise<Response> {
  const url = new URL(request.url)
  // Nobody gets the body of an answer to HEAD: Hono takes it away.
  const method = request.method === 'HEAD' ? 'GET' : request.method
  switch (url.pathname.slice(`/sessions/${entry.session}`.length)) {
    case '':
      if (method !== 'DELETE' || entry.role !== 'admin')
        return errorResponse(403, 'forbidden', 'only for an admin')
      await wipe()
      return new Response(null, { status: 204 })
    case '/do/messages':
      if (method === 'GET') return page(url.searchParams, desk)
      return method === 'POST' ? post(request, entry, desk) : methodNotAllowed('GET, POST')
    case '/do/status':
      return method === 'GET' ? Response.json(desk.status()) : methodNotAllowed('GET')
    default:
      return errorResponse(404, 'not_found', 'there is no such route')
  }
}

function page(query: URLSearchParams, desk: Desk): Response {
  const before = whole(query.get('before'), Number.MAX_SAFE_INTEGER)
  const limit = whole(query.get('limit'), DEFAULT_PAGE)
  if (before === undefined) return badField('before', 'expected a pos, a whole number from 1')
  if (limit === undefined || limit > PAGE_LIMIT)
    return badField('limit', `expected a whole number from 1 to ${PAGE_LIMIT}`)
  const { epoch, head, messages, hasOlder } = desk.page(before, limit)
  const list = messages.map((message) => message.json).join(',')
  const fields = `"epoch":${JSON.stringify(epoch)},"head":${head}`
  return new Response(`{${fields},"messages":[${list}],"hasOlder":${hasOlder}}`, {
    headers: { 'content-type': 'application/json' },
  })
}

/** What is wrong takes as much of the allowance as what is right: it has to be read, too (W12). */
async function post(request: Request, entry: Entry, desk: Desk): Promise<Response> {
  const waitMs = desk.admit(posterOf(entry, request))
  if (waitMs > 0) return refused(tooFast(waitMs))
  let value: unknown
  try {
    value = JSON.parse(await request.text())
  } catch {
    return badField('body', 'not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return badField('body', 'expected an object')
  const fields = value as Record<string, unknown>
  if (!isCid(fields.cid)) return badField('cid', 'expected 8 to 64 of A-Z a-z 0-9 _ -')
  const content = decodeContent(fields)
  if ('field' in content) return badField(content.field, content.message)
  const said = desk.say(entry, entry.session, { cid: fields.cid, ...content })
  if (!said.ok) return refused(said)
  const { id, seq, dup } = said
  return Response.json({ id, seq, dup }, { status: dup ? 200 : 201 })
}

/**
 * Whose allowance it is. Guests without a secret are somebody new each time: nothing but
 * the address that Cloudflare saw tells one from another, and no client can forge it.
 */
function posterOf({ user, anonymous }: Entry, request: Request): string {
  return anonymous ? `g_ from ${request.headers.get('cf-connecting-ip')}` : user.id
}

function refused({ code, message, waitMs }: Refusal): Response {
  const status = { conflict: 409, forbidden: 403, full: 507, rate_limited: 429, too_large: 413 }
  const seconds = Math.ceil((waitMs ?? 1_000) / 1_000)
  const known = status[code as keyof typeof status] ?? 503
  const headers = known === 429 || known === 503 ? { 'retry-after': `${seconds}` } : {}
  return errorResponse(known, code, message, headers)
}

function whole(text: string | null, missing: number): number | undefined {
  if (text === null) return missing
  const value = /^\d{1,16}$/.test(text) ? Number(text) : 0
  return Number.isSafeInteger(value) && value >= 1 ? value : undefined
}

const badField = (field: string, message: string): Response =>
  errorResponse(400, 'bad_request', `${field}: ${message}`)
