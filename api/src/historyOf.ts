/** What was said before a message, as its agent gets to read it. */

import type { Message } from '@session-kit/ui-kit/protocol'
import type { MessageLog, Stored } from './MessageLog.ts'

const HISTORY_MESSAGES = 100
const HISTORY_BYTES = 1_048_576

interface Earlier {
  message: Message
  /** pos of what it answers, or its own: where it belongs in the conversation */
  anchor: number
  bytes: number
}

/** Oldest first, each answer behind its question and not without it; the newest hundred or a MiB. */
export function historyOf(log: MessageLog, question: Message): Message[] {
  if (!log.meta) return []
  const before = log.page(question.pos, HISTORY_MESSAGES, HISTORY_BYTES).messages
  const said = newest([...read(log, before), ...answersBehind(log, question)].sort(byAnchor))
  const ids = new Set(said.map(({ message }) => message.id))
  return said
    .map(({ message }) => message)
    .filter(({ replyTo }) => replyTo === undefined || ids.has(replyTo))
    .reverse()
}

/** Where messages had to wait, the answers to those before the question stand behind it. */
const answersBehind = (log: MessageLog, question: Message): Earlier[] =>
  newest(read(log, log.behind(question.pos)), ({ anchor }) => anchor < question.pos)

function* read(log: MessageLog, stored: Iterable<Stored>): Iterable<Earlier> {
  for (const { json, bytes } of stored) {
    const message: Message = JSON.parse(json)
    yield { message, anchor: log.posOf(message.replyTo ?? '') ?? message.pos, bytes }
  }
}

/** The first of those that belong to it, as many as may be handed in. */
function newest(
  all: Iterable<Earlier>,
  belongs: (said: Earlier) => boolean = () => true,
): Earlier[] {
  const taken: Earlier[] = []
  let bytes = 0
  for (const said of all) {
    if (!belongs(said)) continue
    bytes += said.bytes
    if (taken.length === HISTORY_MESSAGES || bytes > HISTORY_BYTES) break
    taken.push(said)
  }
  return taken
}

const byAnchor = (a: Earlier, b: Earlier): number =>
  b.anchor - a.anchor || b.message.pos - a.message.pos
