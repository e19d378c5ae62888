/** An id nobody else makes and nobody can guess: 24 of `0-9 a-v`, 120 bits of chance. */

export const createId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => (byte & 31).toString(32)).join(
    '',
  )
