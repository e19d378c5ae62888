/** The seam between a session and its agent: what a turn offers, and what an agent yields. */

import type {
  DataPart,
  FilePart,
  Message,
  ReasoningPart,
  TextPart,
  ToolPart,
} from '@session-kit/ui-kit/protocol'

/** However alive its agent is, a turn ends after this long. */
export const TURN_MS = 3_600_000

/**
 * - a string or a text part: text that is appended to the answer
 * - a reasoning part: reasoning that is appended
 * - a tool part: added, or replaces the one with the same `callId`
 * - a data part: added, or replaces the one with the same `name`
 * - a file part: added, or replaces the one with the same `url`
 */
export type TurnEvent = string | TextPart | ReasoningPart | ToolPart | DataPart | FilePart

export interface Turn {
  /** the message to answer */
  readonly message: Message
  /** what was said before it, oldest first; each answer behind its question; the newest 100 or so */
  readonly history: readonly Message[]
  /** aborted when the turn ends before its agent has; nothing that is yielded later is stored */
  readonly signal: AbortSignal
  /** Tells everybody what the agent is doing right now; without a detail: nothing special. */
  status(detail?: string): void
}

/** Ends an answer in the state `error`, with this message for everybody who reads it. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Answers one message. Turns of a session run one at a time, in the order of
 * their messages. What is yielded is stored and shown within 50 ms. When it
 * throws, the answer ends in the state `error` with what was yielded until then;
 * unless it is an `AgentError`, its text goes to the log of the Worker only.
 */
export type Respond = (turn: Turn) => AsyncIterable<TurnEvent>
