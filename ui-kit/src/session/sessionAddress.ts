/** Where a session is, as it was told: checked once, so that no dial fails for a typing error. */

import { isGuestSecret, isSessionId } from '../protocol/index.ts'
import { SessionError } from './Session.ts'

export interface Told {
  url: string
  sessionId: string
  guest?: string | undefined
}

/** One way to write each url: it names what is kept and what is shared. Untyped, it may be none. */
export const plainUrl = (url: string): string => String(url).replace(/\/+$/, '')

/**
 * The api's url, or a path of the page's origin, '' say, with the session's path behind it.
 * @throws SessionError `bad_session_id`, `bad_guest`, `no_origin`
 */
export function sessionAddress({ url, sessionId, guest }: Told): string {
  if (!isSessionId(sessionId))
    throw new SessionError(
      'bad_session_id',
      `${JSON.stringify(sessionId)} is no session id; use 1 to 64 of A-Z a-z 0-9 _ -`,
    )
  if (guest !== undefined && !isGuestSecret(guest))
    throw new SessionError('bad_guest', 'guest must be 16 to 64 of A-Z a-z 0-9 _ -')
  const page = globalThis.location?.origin ?? ''
  const origin = plainUrl(url).replace(/^(?=\/[^/]|$)/, page)
  // A path may follow; behind a query or a fragment no path of ours would count.
  if (!/^(http|ws)s?:\/\/[^?#]+$/.test(origin) || !URL.canParse(origin))
    throw new SessionError(
      'no_origin',
      `url is the api's whole url, as in https://chat.example.com, without query and fragment, or in a page '' for its origin, or a path there such as /live; it was given ${JSON.stringify(url)}`,
    )
  return `${origin}/sessions/${sessionId}`
}
