/** What was said before a message, as its agent gets to read it. */

import type { Message } from '@session-kit/ui-kit/protocol'
import type { MessageLog } from './MessageLog.ts'

const HISTORY_MESSAGES = 100
const HISTORY_BYTES = 1_048_576

/** Oldest first, each answer behind its question; the newest hundred or a MiB. */
export function historyOf(log: MessageLog, question: Message): Message[] {
  if (!log.meta) return []
  // An answer may stand some places behind its question, and still belongs before a later one.
  const until = question.pos + HISTORY_MESSAGES
  const { messages } = log.page(until, 2 * HISTORY_MESSAGES, HISTORY_BYTES)
  const all = messages.map((stored) => JSON.parse(stored.json) as Message)
  const posOf = new Map(all.map((message) => [message.id, message.pos]))
  const anchor = (message: Message) => posOf.get(message.replyTo ?? '') ?? message.pos
  return all
    .filter((message) => anchor(message) < question.pos)
    .sort((a, b) => anchor(a) - anchor(b) || a.pos - b.pos)
    .slice(-HISTORY_MESSAGES)
}
