/** Where a session's socket is, and the guest's secret that opens it. */

import type { Keep } from './keep.ts'

/**
 * @param url where the api lives, as http(s) or ws(s); '' for the origin of this page
 */
export function sessionUrl(
  url: string,
  sessionId: string,
  query: Record<string, string | undefined>,
): string {
  const origin = url === '' ? globalThis.location.origin : url
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1])
  const base = origin.replace(/^http/, 'ws').replace(/\/+$/, '')
  return `${base}/sessions/${sessionId}/websocket?${new URLSearchParams(given)}`
}

const GUEST = 'guest'

/** The secret of this browser for this session; made at the first need and kept. */
export function keptGuest(keep: Keep, createId: () => string): string {
  const kept = keep.read(GUEST)
  if (kept) return kept
  const made = createId()
  keep.write(GUEST, made)
  return made
}
