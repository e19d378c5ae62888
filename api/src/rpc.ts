/**
 * What the Worker's own code hands to a session, checked: it is trusted, but it may be wrong.
 *
 * A mistake throws a TypeError that names the method and the field.
 */

import {
  decodeContent,
  isCid,
  type Message,
  type Meta,
  type User,
  type UserPart,
} from '@session-kit/ui-kit/protocol'
import type { Refusal, Saying } from './say.ts'

/** `text` or 1 to 32 `parts` of type text, file or data; at most `limits.messageBytes`. */
export type Content = ({ text: string } | { parts: UserPart[] }) & { meta?: Meta }

export type Post = Content & {
  author: User
  /** The same author and cid again store nothing: give one where a call may be repeated. */
  cid?: string
  /** default `user`, which starts a turn of the agent as a `send` does */
  role?: Message['role']
}

/** `dup`: it had been stored before. */
export type Posted = { ok: true; id: string; seq: number; dup: boolean } | Refusal

const ROLES: readonly unknown[] = ['user', 'assistant', 'system']
const MAX_ID = 128

/** @throws TypeError */
export function readPost(post: Post, newId: () => string): { user: User; saying: Saying } {
  const { author, cid = newId(), role } = post
  const isUser =
    typeof author?.id === 'string' && author.id !== '' && typeof author.name === 'string'
  if (!isUser || author.id.length > MAX_ID)
    throw mistake('post', `author: expected {id, name}, the id of 1 to ${MAX_ID} characters`)
  if (!isCid(cid)) throw mistake('post', 'cid: expected 8 to 64 of A-Z a-z 0-9 _ -')
  if (role !== undefined && !ROLES.includes(role))
    throw mistake('post', 'role: expected user, assistant or system')
  const user = { id: author.id.toWellFormed(), name: author.name.toWellFormed() }
  // A user is what a send comes from, and hashes as one: the same cid by either way is one message.
  const other = role === undefined || role === 'user' ? {} : { role }
  return { user, saying: { cid, ...readContent('post', post), ...other } }
}

/** @throws TypeError */
export function readContent(method: string, content: Content): { parts: UserPart[]; meta?: Meta } {
  const read = decodeContent({ ...content })
  if ('field' in read) throw mistake(method, `${read.field}: ${read.message}`)
  return read
}

/** JSON of a value that is sent on; @throws TypeError */
export function readValue(value: unknown): string {
  const text = JSON.stringify(value)
  if (text === undefined) throw mistake('broadcast', 'expected a value that JSON can hold')
  return text
}

const mistake = (method: string, problem: string): TypeError =>
  new TypeError(`session-kit: ${method}(): ${problem}`)
