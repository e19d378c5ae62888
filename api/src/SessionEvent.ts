/** What the operator of a session is told: never content, a ticket, or who somebody is. */

import type { MessageState } from '@session-kit/ui-kit/protocol'

/** Times in ms. One log line each, and one call of `onEvent`. */
export type SessionEvent =
  | {
      type: 'connection.end'
      session: string
      code: number
      /** as in the close frame: the client's own words only where the client closed */
      reason: string
      durationMs: number
      /**
       * frames it sent since the object last woke, and how many of them were malformed, too large
       * or too fast; what was understood and then nacked is not among those
       */
      frames: number
      refused: number
      /** that are left */
      connections: number
    }
  | {
      type: 'turn.end'
      session: string
      /** the state in which the answer ended */
      reason: MessageState
      durationMs: number
      parts: number
      /** UTF-16 units of its texts */
      characters: number
    }
  | {
      type: 'request.refused'
      /** absent where the id was none */
      session?: string
      reason: string
      status: number
    }
