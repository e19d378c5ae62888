/** In place of what an Agent writes e-mail with, which bare workerd doesn't have: none is written here. */

export class EmailMessage {}

export function createMimeMessage(): never {
  throw new Error('bench: there is no e-mail here')
}
