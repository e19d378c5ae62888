/**
 * Tickets: who a person is, for which session, until when. A JWT, HS256.
 *
 * The application's own server signs one for a user it knows; the Worker checks
 * signature, algorithm, expiry and session. Nothing of a ticket is ever logged.
 */

import { isSessionId, type Role } from '@session-kit/ui-kit/protocol'
import { sign, verify } from 'hono/jwt'
import { cleanName, type Identity, NAME_CHARACTERS } from './identity.ts'

export interface TicketClaims {
  /** user id, 1 to 128 characters; not beginning with `g_`, not `agent` or `system` */
  sub: string
  /** session id, or `*` for all */
  sid: string
  /** shown to others, at most 64 characters; default: the user id */
  name?: string
  /** default `member` */
  role?: Role
  /** seconds since 1970; default: one hour from now */
  exp?: number
}

const LEEWAY_SECONDS = 60
const LIFETIME_SECONDS = 3_600
/** in some 3,000 years: what lies beyond was given in ms by mistake, and would never expire */
const LAST_SECOND = 100_000_000_000

/** Claims that no ticket may bear. */
export class TicketError extends Error {
  override readonly name = 'TicketError'
  readonly code = 'bad_claims'
}

/**
 * A ticket for one user. Runs wherever Web Crypto is: in a Worker, Node, Deno, Bun.
 *
 * @throws TicketError when a claim is out of its limits
 */
export async function signTicket(claims: TicketClaims, secret: string): Promise<string> {
  if (typeof claims !== 'object' || claims === null)
    throw new TicketError('session-kit: signTicket() needs claims, an object with sub and sid.')
  const { sub, sid, name, role } = claims
  if (typeof secret !== 'string' || secret === '')
    throw new TicketError('session-kit: signTicket() needs the SESSION_SECRET.')
  const exp = claims.exp ?? Math.floor(Date.now() / 1000) + LIFETIME_SECONDS
  const payload = { sub, sid, exp, ...(name !== undefined && { name }), ...(role && { role }) }
  const problem = problemOf(payload)
  if (problem) throw new TicketError(`session-kit: signTicket(): ${problem}.`)
  return sign(payload, secret, 'HS256')
}

/** `unauthorized`: no ticket of ours, or expired; `forbidden`: for another session. */
export async function readTicket(
  ticket: string,
  secret: string,
  session: string,
  nowMs: number,
): Promise<Identity | 'unauthorized' | 'forbidden'> {
  let payload: Record<string, unknown>
  try {
    // Expiry is checked below, with leeway for clocks that differ.
    payload = await verify(ticket, secret, { alg: 'HS256', exp: false, nbf: false, iat: false })
  } catch {
    return 'unauthorized'
  }
  if (problemOf(payload)) return 'unauthorized'
  const { sub, sid, exp, name, role } = payload as unknown as Required<TicketClaims>
  const expiresAtMs = Math.floor((exp + LEEWAY_SECONDS) * 1000)
  if (expiresAtMs <= nowMs) return 'unauthorized'
  if (sid !== '*' && sid !== session) return 'forbidden'
  return { user: { id: sub, name: cleanName(name) ?? sub }, role: role ?? 'member', expiresAtMs }
}

function problemOf({ sub, sid, exp, name, role }: Record<string, unknown>): string | undefined {
  if (typeof sub !== 'string' || sub === '' || isLonger(sub, 128))
    return 'sub must have 1 to 128 characters'
  if (sub.startsWith('g_') || sub === 'agent' || sub === 'system')
    return 'sub must not begin with g_, nor be agent or system'
  if (sid !== '*' && !isSessionId(sid)) return 'sid must be a session id or *'
  if (typeof exp !== 'number' || !(exp >= 0 && exp <= LAST_SECOND))
    return 'exp must be seconds since 1970, not ms'
  if (name !== undefined && (typeof name !== 'string' || isLonger(name, NAME_CHARACTERS)))
    return `name must have at most ${NAME_CHARACTERS} characters`
  if (role !== undefined && !['viewer', 'member', 'admin'].includes(role as string))
    return 'role must be viewer, member or admin'
  return undefined
}

/** Counted in code points, as names are cut. */
const isLonger = (text: string, characters: number): boolean => [...text].length > characters
