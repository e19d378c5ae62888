/**
 * Why a socket was closed, and what a client does about it.
 *
 * The one table of close codes (README.md, "Close codes"); the socket's default
 * policy and the session's policy both read it.
 */

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

export function closeAction(code: number): CloseAction {
  switch (code) {
    case CLOSE.overloaded:
    case CLOSE.flood:
      return 'slow'
    case CLOSE.unauthorized:
      return 'refresh'
    case CLOSE.badFrames:
    case CLOSE.forbidden:
    case CLOSE.deleted:
    case CLOSE.version:
      return 'final'
    case 1002:
    case 1003:
    case 1007:
    case 1008:
    case 1010:
      return 'bug'
    default:
      return 'retry'
  }
}

/** The wait that a server asks for in a close reason of the form `code;waitMs`; 0 when it names none. */
export function closeWaitMs(reason: string): number {
  const waitMs = Number(reason.split(';')[1])
  return waitMs > 0 && waitMs < Infinity ? waitMs : 0
}
