/** How an entry of the outbox stands in the feed. */

import type { User } from '../protocol/index.ts'
import type { OutboxEntry } from './createOutbox.ts'
import { UNSTORED_POS } from './feedLog.ts'
import type { FeedMessage } from './Session.ts'

export function pendingRow(entry: OutboxEntry, author: User): FeedMessage {
  const { cid, createdAt, delivery, failure, meta, parts } = entry
  return {
    key: cid,
    id: cid,
    cid,
    pos: UNSTORED_POS,
    seq: 0,
    role: 'user',
    author,
    state: 'done',
    parts,
    createdAt,
    delivery,
    ...(meta && { meta }),
    ...(failure && { failure }),
  }
}
