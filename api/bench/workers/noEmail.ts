/** In place of the package with which an Agent writes e-mail: none is written here. */

export function createMimeMessage(): never {
  throw new Error('bench: there is no e-mail here')
}
