/** An id nobody else makes and nobody can guess: 22 of `A-Z a-z 0-9 _ -`, 132 bits of chance. */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'

export function createId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(22))
  return Array.from(bytes, (byte) => LETTERS[byte & 63]).join('')
}
