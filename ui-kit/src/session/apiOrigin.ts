/** Where the api lives, as it was told: checked once, so that no dial fails for a typing error. */

import { SessionError } from './Session.ts'

/**
 * The url without its last slashes; the page's origin for ''.
 * @throws SessionError `no_origin`
 */
export function apiOrigin(url: string): string {
  const origin = url === '' ? globalThis.location?.origin : url
  // A path may follow; behind a query or a fragment no path of ours would count.
  if (!/^(http|ws)s?:\/\/[^?#]+$/.test(origin) || !URL.canParse(origin))
    throw new SessionError(
      'no_origin',
      `url is the api's whole url, as in https://chat.example.com, without query and fragment; it was given ${JSON.stringify(url)}${url === '' ? ', and there is no page to take an origin from' : ''}`,
    )
  return origin.replace(/\/+$/, '')
}
