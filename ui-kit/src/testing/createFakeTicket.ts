/**
 * Tickets of the fake server: the claims of a real one, readable, and signed by nobody.
 *
 * Judged as the Worker judges a real one: claims, expiry with its minute of leeway, session.
 */

import { CLOSE, isSessionId, type Role } from '../protocol/index.ts'
import { type Admission, cleanName } from './guestOf.ts'

export interface FakeTicketClaims {
  /** user id, 1 to 128 characters; not beginning with `g_`, not `agent` or `system` */
  sub: string
  /** session id; `*`, the default, for all */
  sid?: string
  /** shown to others; default: the user id */
  name?: string
  /** default `member` */
  role?: Role
  /** seconds since 1970 by the server's clock; default: one hour from now */
  exp?: number
}

const LEEWAY_SECONDS = 60
const LIFETIME_SECONDS = 3600
const ROLES: readonly unknown[] = ['viewer', 'member', 'admin']

/** Whatever it is given: a ticket that is not valid is what some tests are about. */
export function createFakeTicket(claims: FakeTicketClaims, nowMs: number): string {
  return JSON.stringify({ sid: '*', exp: nowMs / 1000 + LIFETIME_SECONDS, ...claims })
}

export function admitTicket(ticket: string, session: string, nowMs: number): Admission {
  const claims = claimsOf(ticket)
  const expiresAtMs = claims ? (claims.exp + LEEWAY_SECONDS) * 1000 : 0
  if (!claims || expiresAtMs <= nowMs) return { close: CLOSE.unauthorized, reason: 'unauthorized' }
  const { name, role = 'member', sid, sub } = claims
  if (sid !== '*' && sid !== session) return { close: CLOSE.forbidden, reason: 'forbidden' }
  return { user: { id: sub, name: cleanName(name) ?? sub }, role, expiresAtMs }
}

/** undefined: no ticket, or one with claims that none may bear. */
function claimsOf(ticket: string): (FakeTicketClaims & { exp: number }) | undefined {
  try {
    const claims = JSON.parse(ticket)
    const { exp, name = '', role = 'member', sid, sub } = claims
    const isUser = typeof sub === 'string' && /^(?!g_|(?:agent|system)$).{1,128}$/su.test(sub)
    const isName = typeof name === 'string' && [...name].length <= 64
    const isPlace = sid === '*' || isSessionId(sid)
    const isDated = typeof exp === 'number' && exp >= 0
    return isUser && isName && isPlace && isDated && ROLES.includes(role) ? claims : undefined
  } catch {
    return undefined
  }
}
