/**
 * Under whose name one speaks here, and which kept words they see: those of their account, by the
 * server's word or before that by the page's, and what any guest of this browser said. Knows no
 * entries.
 */

import type { User } from '../protocol/index.ts'
import type { Identity } from './createIdentity.ts'
import { isGuests, type Writer } from './createOutbox.ts'

export interface WriterPorts {
  identity: Identity
  isBearer: boolean
  /** who it is by the page's word; with a ticket and offline nothing else tells */
  userId: string | undefined
  /** by the server's word */
  you(): User | undefined
}

export function createWriter({ identity, isBearer, userId = '', you }: WriterPorts) {
  /** '' for a guest, and for nobody known */
  const account = () => (isBearer ? (you()?.id ?? userId) : '')
  const author = (): User => you() ?? { id: userId, name: identity.name() }

  return {
    account,
    author,
    writer: (): Writer => ({
      owner: you()?.id ?? (account() || identity.ownerBefore()),
      author: author(),
    }),
    /** Theirs, also where it was never shown to them: any guest's, to a guest. */
    isOwn: (writer: Writer) =>
      isBearer ? writer.owner === (account() || identity.ownerBefore()) : isGuests(writer),
    isMine: (writer: Writer) => isGuests(writer) || writer.owner === account(),
  }
}
