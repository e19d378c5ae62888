/**
 * Storing what a person says, once, however often it comes (W5).
 *
 * The message, its number, the mark of its cid and the waiting turn are one
 * transaction: that of the caller. Serves the `send` and `again` frames and the
 * HTTP route alike; knows neither.
 */

import {
  isTooLarge,
  type Limits,
  type Message,
  type Meta,
  type NackCode,
  type Role,
  type User,
  type UserPart,
} from '@session-kit/ui-kit/protocol'
import { contentHash } from './contentHash.ts'
import type { MessageLog } from './MessageLog.ts'
import type { Sent } from './SentTable.ts'

export interface Author {
  user: User
  role: Role
}

/** Something new, or the wish for another answer than the one with the id `again`. */
export type Saying = { cid: string } & (
  | { parts: UserPart[]; meta?: Meta; role?: Message['role'] }
  | { again: string }
)

export interface Refusal {
  ok: false
  code: NackCode
  message: string
  retryable: boolean
  waitMs?: number
}

/** `message` is there when one was added. */
export type Said = { ok: true; id: string; seq: number; dup: boolean; message?: Message } | Refusal

export interface SayContext {
  log: MessageLog
  limits: Limits
  hasAgent: boolean
  nowMs: number
  /** The storage takes nothing more; without it there is always room. */
  isFull?(): boolean
  /** Makes the log where there is none: for what is accepted, not for what is refused. */
  open(): void
}

export function say(context: SayContext, author: Author, saying: Saying): Said {
  const { log, limits } = context
  if (author.role === 'viewer') return refuse('forbidden', 'a viewer reads and does not write')
  const { cid } = saying
  const content =
    'again' in saying
      ? { again: saying.again }
      : { parts: saying.parts, meta: saying.meta, role: saying.role }
  if ('parts' in saying && isTooLarge(saying, limits)) return tooLarge(limits)
  context.open()
  const hash = contentHash(content)
  const said = context.isFull?.()
    ? FULL
    : 'again' in saying
      ? answerAgain(context, author, saying, hash)
      : add(context, author, saying, hash)
  if (said.ok) return said
  // What was stored once stays so, whatever would be said of it now.
  const sent = log.sent.find(author.user.id, cid)
  return sent ? repeated(log, sent, hash) : said
}

/** It was said before. */
function repeated(log: MessageLog, sent: Sent, hash: string): Said {
  if (sent.hash !== hash) return refuse('conflict', 'this cid was used before for something else')
  return { ok: true, id: log.idOf(sent.pos), seq: sent.seq, dup: true }
}

function add(
  { log, hasAgent, nowMs }: SayContext,
  { user }: Author,
  { cid, parts, meta, role = 'user' }: Exclude<Saying, { again: string }>,
  hash: string,
): Said {
  const asks = hasAgent && role === 'user'
  if (asks && log.turns.isFull(user.id)) return BUSY
  const place = { pos: log.next, seq: log.next }
  const sent = log.sent.add(user.id, cid, { ...place, hash }, null)
  if (sent) return repeated(log, sent, hash)
  const message = log.insert({
    role,
    author: user,
    cid,
    state: 'done',
    parts,
    createdAt: nowMs,
    ...(meta && { meta }),
  })
  const { id, pos, seq } = message
  if (asks) log.turns.add(pos, user.id)
  return { ok: true, id, seq, dup: false, message }
}

function answerAgain(
  { log, hasAgent, nowMs }: SayContext,
  { user }: Author,
  { cid, again }: Extract<Saying, { again: string }>,
  hash: string,
): Said {
  if (!hasAgent) return refuse('forbidden', 'this session has no agent')
  const answer = log.get(log.posOf(again) ?? 0)
  const question = log.get(log.posOf(answer?.replyTo ?? '') ?? 0)
  if (!question || question.state === 'deleted')
    return refuse('not_found', 'there is no answer with this id, or its question was deleted')
  const { id, pos, seq } = question
  if (log.turns.has(pos)) return refuse('busy', 'this message is being answered already')
  if (log.turns.isFull(user.id)) return BUSY
  const sent = log.sent.add(user.id, cid, { pos, seq, hash }, nowMs)
  if (sent) return repeated(log, sent, hash)
  log.turns.add(pos, user.id)
  return { ok: true, id, seq, dup: false }
}

/** Trying again does not help: somebody has to make room. */
export const FULL: Refusal = {
  ok: false,
  code: 'full',
  message: 'the session has no room left',
  retryable: false,
}

export const tooLarge = ({ messageBytes }: Limits): Refusal =>
  refuse('too_large', `a message has at most ${messageBytes} bytes`)

const BUSY: Refusal = {
  ok: false,
  code: 'busy',
  message: 'too many messages wait for an answer; send it again when some have got theirs',
  retryable: true,
}

export const refuse = (code: NackCode, message: string, retryable = false): Refusal => ({
  ok: false,
  code,
  message,
  retryable,
})
