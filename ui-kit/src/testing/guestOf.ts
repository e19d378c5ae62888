/**
 * The door of the fake server: a guest by the secret in the URL, as the Worker lets guests in.
 *
 * The id is made up, yet the same for the same secret and never tells it; without a secret
 * every connection is somebody new (W5 can't recognise a resend then).
 */

import { CLOSE, isGuestSecret, type Role, type User } from '../protocol/index.ts'
import { createSeed } from './createSeed.ts'

/** Who comes in, until when (ms since 1970 by the server's clock); or the close of the refusal. */
export type Admission =
  | { user: User; role?: Role; expiresAtMs?: number }
  | { close: number; reason: string }

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const ID_LENGTH = 22

export function guestOf(url: URL, random: () => number): Admission {
  const secret = url.searchParams.get('guest')
  if (secret !== null && !isGuestSecret(secret))
    return { close: CLOSE.unauthorized, reason: 'unauthorized' }
  const name = cleanName(url.searchParams.get('name') ?? '') ?? 'Guest'
  const digits = secret === null ? random : createSeed(hash(secret))
  return { user: { id: `g_${createName(digits, ID_LENGTH)}`, name } }
}

/** At most 64 characters, well-formed, not blank. */
export function cleanName(name = ''): string | undefined {
  const clean = [...name.toWellFormed().trim()].slice(0, 64).join('')
  return clean === '' ? undefined : clean
}

/** So many letters, digits, `-` and `_`. */
export function createName(random: () => number, length: number): string {
  let name = ''
  while (name.length < length) name += ALPHABET[Math.floor(random() * ALPHABET.length)]
  return name
}

function hash(text: string): number {
  let sum = 17
  for (const letter of text) sum = (Math.imul(sum, 31) + (letter.codePointAt(0) as number)) | 0
  return sum
}
