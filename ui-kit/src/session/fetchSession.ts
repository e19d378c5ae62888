/**
 * The newest messages of a session by HTTP, for whoever shows them before there is a socket: a
 * server component, a loader, a mail.
 *
 * Opens no socket and keeps nothing; knows no React and no window. A ticket travels in a header,
 * never in a URL, and neither is in an error.
 */

import { type Clock, systemClock } from '../socket/Clock.ts'
import type { IdentityOptions } from './createIdentity.ts'
import type { InitialSession } from './InitialSession.ts'
import { isMessage } from './isMessage.ts'
import { SessionError } from './Session.ts'
import { sessionAddress } from './sessionAddress.ts'

export interface FetchSessionOptions
  extends Pick<IdentityOptions, 'url' | 'sessionId' | 'guest' | 'ticket'> {
  /** The reader's user id, the `sub` of the ticket: their own rows stand as their own at once. */
  userId?: string | undefined
  /** messages, 1 to 100; 50 unless given */
  limit?: number | undefined
  headers?: ConstructorParameters<typeof Headers>[0] | undefined
  /** the platform's unless given; a place for `cache`, or for a service binding's `fetch` */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
  signal?: AbortSignal | undefined
  /** for the whole answer, ms; 5,000 unless given */
  timeoutMs?: number | undefined
  clock?: Clock | undefined
}

const DEFAULT_TIMEOUT_MS = 5_000

/**
 * Fetch what a session shows first: hand it as `initial` to `useSessionSocket` or `createSession`.
 *
 * @throws SessionError `bad_session_id`, `bad_guest`, `no_origin`: a mistake in the call;
 *   `network`: no answer, why is in `cause`; `timeout`; `bad_answer`: what answered is no session
 *   api; else the server's own code, such as `unauthorized`, `forbidden` or `not_found`.
 *   The signal's reason, when it was aborted.
 */
export async function fetchSession(options: FetchSessionOptions): Promise<InitialSession> {
  const { clock = systemClock, sessionId, signal, timeoutMs = DEFAULT_TIMEOUT_MS, userId } = options
  const place = `${sessionAddress(options).replace(/^ws/, 'http')}/do/messages`
  signal?.throwIfAborted()
  const ended = new AbortController()
  const over = Promise.withResolvers<never>()
  over.promise.catch(() => {})
  const abandon = (reason: unknown) => {
    over.reject(reason)
    ended.abort(reason)
  }
  const onAbort = () => abandon(signal?.reason)
  signal?.addEventListener('abort', onAbort)
  const timer = clock.setTimeout(
    () => abandon(new SessionError('timeout', `${place} did not answer within ${timeoutMs} ms`)),
    timeoutMs,
  )
  try {
    // Whatever is injected as `fetch` may know no signal.
    const page = await Promise.race([ask(place, options, ended.signal), over.promise])
    return { sessionId, ...page, ...(userId !== undefined && { userId }) }
  } finally {
    clock.clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

type Page = Pick<InitialSession, 'epoch' | 'head' | 'messages' | 'hasOlder'>

async function ask(
  place: string,
  { fetch = globalThis.fetch, guest, headers, limit = 50, ticket }: FetchSessionOptions,
  signal: AbortSignal,
): Promise<Page> {
  const token = await ticket?.()
  const head = new Headers(headers)
  if (token !== undefined) head.set('authorization', `Bearer ${token}`)
  const query = new URLSearchParams({ limit: `${limit}`, ...(guest !== undefined && { guest }) })
  let response: Response
  let text: string
  try {
    response = await fetch(`${place}?${query}`, { headers: head, signal })
    text = await response.text()
  } catch (cause) {
    throw new SessionError('network', `${place} could not be reached`, { cause })
  }
  const answer = parse(text)
  if (!response.ok) throw refusal(place, response.status, answer)
  if (isPage(answer)) {
    const { epoch, head: newest, messages, hasOlder } = answer
    return { epoch, head: newest, messages, hasOlder }
  }
  throw new SessionError(
    'bad_answer',
    `what answers at ${place} is no session api; \`url\` is where the Worker of @session-kit/api lives`,
  )
}

function refusal(place: string, status: number, answer: unknown): SessionError {
  const { code, message } =
    (answer as { error?: { code?: unknown; message?: unknown } })?.error ?? {}
  if (typeof code === 'string')
    return new SessionError(code, `${place} answered ${status}: ${message}`)
  return new SessionError(
    status === 404 ? 'not_found' : 'bad_answer',
    `${place} answered ${status}, not in the words of a session api; \`url\` is where the Worker of @session-kit/api lives`,
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isPage(answer: unknown): answer is Page {
  const { epoch, head, messages, hasOlder } = (answer ?? {}) as Partial<Page>
  return (
    (epoch === null || typeof epoch === 'string') &&
    Number.isSafeInteger(head) &&
    Array.isArray(messages) &&
    messages.every(isMessage) &&
    typeof hasOlder === 'boolean'
  )
}
