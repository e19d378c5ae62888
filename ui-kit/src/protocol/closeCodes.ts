/**
 * Why a socket was closed, and what a client does about it.
 *
 * The one table of close codes (README.md, "Close codes"); the socket's default
 * policy and the session's policy both read it.
 */

const LONGEST_WAIT_MS = 86_400_000

export const CLOSE = {
  normal: 1000,
  goingAway: 1001,
  tooLarge: 1009,
  internalError: 1011,
  restart: 1012,
  overloaded: 1013,
  badFrames: 4400,
  unauthorized: 4401,
  forbidden: 4403,
  deleted: 4410,
  version: 4426,
  flood: 4429,
} as const

/**
 * - `retry`: dial again with backoff
 * - `slow`: dial again, not before the hint in the reason
 * - `refresh`: ask for a fresh ticket, then dial again
 * - `final`: stop, show the reason, offer a manual retry
 * - `bug`: as final; one of the two sides broke the WebSocket protocol
 */
export type CloseAction = 'retry' | 'slow' | 'refresh' | 'final' | 'bug'

/** In numbers, so that a line alone needn't carry all the names. */
const ACTIONS: Record<number, CloseAction> = {
  1013: 'slow',
  4429: 'slow',
  4401: 'refresh',
  4400: 'final',
  4403: 'final',
  4410: 'final',
  4426: 'final',
  1002: 'bug',
  1003: 'bug',
  1007: 'bug',
  1008: 'bug',
  1010: 'bug',
}

export const closeAction = (code: number): CloseAction => ACTIONS[code] ?? 'retry'

/** The wait that a server asks for in a close reason of the form `code;waitMs`; 0 when it names none. */
export function closeWaitMs(reason: string): number {
  const waitMs = Number(reason.split(';')[1])
  return waitMs > 0 && waitMs <= LONGEST_WAIT_MS ? waitMs : 0
}
