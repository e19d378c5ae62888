/**
 * Under whose name one speaks here, and which kept words are theirs: by the server's word, and
 * before that by a guest's secret or by what the page says. Knows no outbox.
 */

import type { User } from '../protocol/index.ts'
import type { Identity } from './createIdentity.ts'
import { isUnknown, type Writer } from './createOutbox.ts'

export interface WriterPorts {
  identity: Identity
  isBearer: boolean
  /** who it is by the page's word; with a ticket and offline nothing else tells */
  userId: string | undefined
  /** by the server's word */
  you(): User | undefined
}

export function createWriter({ identity, isBearer, userId = '', you }: WriterPorts) {
  const author = (): User => you() ?? { id: userId, name: identity.name() }

  function writer(): Writer {
    const user = you()
    const before = identity.ownerBefore()
    return {
      owner: user?.id ?? before,
      // A guest is the one with this secret, whatever name the server makes of it.
      likely: isBearer ? (user ? '' : userId) : before,
      author: author(),
    }
  }

  return {
    author,
    writer,
    isMine(entry: Writer): boolean {
      const { owner, likely } = writer()
      const names = [owner, likely, identity.ownerBefore()]
      return (
        isUnknown(entry) || [entry.owner, entry.likely].some((one) => one && names.includes(one))
      )
    },
  }
}
