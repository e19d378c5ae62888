/** What senders wait for: a promise for each cid. A rejection counts as handled. */

import type { Message } from '../protocol/index.ts'
import { SessionError } from './Session.ts'

export interface Promises {
  of(cid: string): Promise<Message>
  /** Without a message it is rejected: what was stored is not here. */
  resolve(cid: string, message: Message | undefined): void
  reject(cid: string, error: SessionError): void
  rejectAll(error: SessionError): void
}

export function createPromises(): Promises {
  const promises = new Map<string, PromiseWithResolvers<Message>>()

  function reject(cid: string, error: SessionError) {
    promises.get(cid)?.reject(error)
    promises.delete(cid)
  }

  return {
    of(cid) {
      const known = promises.get(cid) ?? Promise.withResolvers<Message>()
      promises.set(cid, known)
      known.promise.catch(() => {})
      return known.promise
    },
    resolve(cid, message) {
      if (message) promises.get(cid)?.resolve(message)
      else reject(cid, new SessionError('not_here', 'it is stored, in older history; load that'))
      promises.delete(cid)
    },
    reject,
    rejectAll(error) {
      for (const cid of [...promises.keys()]) reject(cid, error)
    },
  }
}
