/**
 * Who speaks, as the Worker tells it to the Durable Object: in one header that no client can set.
 *
 * Identity is decided once, at the request or the upgrade; what frames say about it is ignored.
 */

import type { Role, User } from '@session-kit/ui-kit/protocol'
import { isUpgrade } from './isUpgrade.ts'

export interface Identity {
  user: User
  role: Role
  /** ms since 1970; absent for guests */
  expiresAtMs?: number
  /** a guest without a secret: somebody new with every request */
  anonymous?: true
}

/** What the Durable Object learns of a request beside its own content. */
export interface Entry extends Identity {
  session: string
}

const HEADER = 'x-session-kit-entry'

/** The request as the session reads it: without secrets and what only the Worker may say. */
export function withEntry(request: Request, entry: Entry, path?: string, body = ''): Request {
  const url = new URL(request.url)
  if (path !== undefined) url.pathname = path
  url.searchParams.delete('ticket')
  url.searchParams.delete('guest')
  const { method, headers } = request
  const inner = new Request(url, { method, headers, ...(body !== '' && { body }) })
  inner.headers.delete('authorization')
  // It was that of a body which is not handed on.
  inner.headers.delete('content-length')
  // The runtime would make a GET of whatever bears this header.
  if (!isUpgrade(request, path)) inner.headers.delete('upgrade')
  inner.headers.set(HEADER, encodeURIComponent(JSON.stringify(entry)))
  return inner
}

/** undefined: the request did not come through `createSessionApp`. */
export function readEntry(request: Request): Entry | undefined {
  const value = request.headers.get(HEADER)
  return value === null ? undefined : JSON.parse(decodeURIComponent(value))
}

/** of a name that is shown, in code points */
export const NAME_CHARACTERS = 64

/** What fills a place and shows nothing; U+2800 is the Braille pattern without a dot. */
const BLANK = /^[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*$/u

/** At most 64 characters, well-formed, not blank. */
export function cleanName(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined
  const clean = [...name.toWellFormed().trim()].slice(0, NAME_CHARACTERS).join('')
  return BLANK.test(clean) ? undefined : clean
}
