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
import { NAME_CHARACTERS } from './identity.ts'
import type { Refusal, Saying } from './say.ts'

/** `text` or 1 to 32 `parts` of type text, file or data; at most `limits.messageBytes`. */
export type Content = ({ text: string } | { parts: UserPart[] }) & { meta?: Meta }

export type Post = Content & {
  /** an id of 1 to 128 characters, a name of at most 64 */
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
  const { author, cid = newId(), role } = readObject('post', post)
  if (!isText(author?.id, 1, MAX_ID) || !isText(author.name, 0, NAME_CHARACTERS))
    throw mistake(
      'post',
      `author: expected {id, name} of 1 to ${MAX_ID} and up to ${NAME_CHARACTERS} characters`,
    )
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
  const read = decodeContent({ ...readObject(method, content) })
  if ('field' in read) throw mistake(method, `${read.field}: ${read.message}`)
  return read
}

/** @throws TypeError */
export function readId(method: string, id: string): string {
  if (!isText(id, 1, MAX_ID)) throw mistake(method, 'id: expected an id of 1 to 128 characters')
  return id
}

/** @throws TypeError */
export function readRefresh(options: { refresh?: boolean }): boolean {
  const { refresh = false } = readObject('kick', options)
  if (typeof refresh !== 'boolean') throw mistake('kick', 'refresh: expected true or false')
  return refresh
}

/** JSON of a value that is sent on; @throws TypeError */
export function readValue(value: unknown): string {
  const text = JSON.stringify(value)
  if (text === undefined) throw mistake('broadcast', 'expected a value that JSON can hold')
  return text
}

function readObject<T>(method: string, value: T): T {
  if (typeof value !== 'object' || value === null) throw mistake(method, 'expected an object')
  return value
}

const isText = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'string' && value.length >= min && [...value].length <= max

const mistake = (method: string, problem: string): TypeError =>
  new TypeError(`session-kit: ${method}(): ${problem}`)
