/** The `error` frame: what went wrong with what a connection said. */

import type { ClientFrame, ErrorFrame } from '@session-kit/ui-kit/protocol'

export type Problem = Pick<ErrorFrame, 'code' | 'message' | 'ref' | 'waitMs'>

/** `fatal`: the socket is closed behind it. */
export const errorFrame = (problem: Problem, fatal = false): ErrorFrame => ({
  type: 'error',
  fatal,
  ...problem,
})

/** The cid, page ref or id by which a client knows its frame again. */
export function refOf(frame: ClientFrame | undefined): { ref?: string } {
  if (!frame) return {}
  if ('cid' in frame) return { ref: frame.cid }
  if ('ref' in frame) return { ref: frame.ref }
  return 'id' in frame ? { ref: frame.id } : {}
}
