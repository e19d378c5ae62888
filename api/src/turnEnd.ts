/** What is told of a turn that has ended: to its readers, and to the operator. */

import type { Message } from '@session-kit/ui-kit/protocol'
import { AnswerTooLarge } from './Answer.ts'
import { cutText } from './cutText.ts'
import type { SessionEvent } from './SessionEvent.ts'
import { AgentError } from './Turn.ts'

/** UTF-16 units of what an agent tells readers about its failure, or its work. */
const TELLING_UNITS = 500
const CODE_UNITS = 64

/**
 * What clients are told of a turn that failed: what the agent meant for them, and nothing else.
 * Anything may be thrown; never throws.
 */
export function tellingOf(error: unknown): NonNullable<Message['error']> {
  try {
    if (error instanceof AgentError)
      return {
        code: cutText(String(error.code).toWellFormed(), CODE_UNITS),
        message: detailOf(String(error.message)),
      }
    if (error instanceof AnswerTooLarge)
      return { code: error.code, message: 'The answer grew larger than a message may be.' }
  } catch {
    // It has no words: what every other failure is told as, then.
  }
  return { code: 'agent_failed', message: 'The agent failed before its answer was finished.' }
}

/** What an agent tells readers, as far as it is short and well-formed. */
export const detailOf = (text: string): string => cutText(text.toWellFormed(), TELLING_UNITS)

export function endOf(
  session: string,
  { state, parts, createdAt }: Message,
  nowMs: number,
): SessionEvent {
  const texts = parts.map((part) => ('text' in part ? part.text.length : 0))
  return {
    type: 'turn.end',
    session,
    reason: state,
    durationMs: nowMs - createdAt,
    parts: parts.length,
    characters: texts.reduce((sum, length) => sum + length, 0),
  }
}
