/**
 * How this person's own words stand in the feed: pending, then in place as the stored message.
 *
 * A row keeps its key all the way, whichever of ack, message and catch-up comes first. A wish
 * for another answer has no row of its own. Knows no socket.
 */

import type { AckFrame, Message, User } from '../protocol/index.ts'
import { isGuests, type Outbox, type OutboxEntry } from './createOutbox.ts'
import { type FeedLog, UNSTORED_POS } from './feedLog.ts'
import type { InitialSession } from './InitialSession.ts'
import type { FeedMessage } from './Session.ts'

export interface OwnRowsPorts {
  log: FeedLog
  outbox: Outbox
  initial: InitialSession | undefined
  /** Who we are, as far as we know. */
  you(): User
  cursor(): number
  onStored(cid: string, message: Message | undefined): void
}

export interface OwnRows {
  show(entry: OutboxEntry): void
  /** Now that it may be known who we are: also which of the initial rows are ours. */
  showAll(): void
  hide(cid: string): void
  /** How a stored message stands in the feed, whoever wrote it. */
  toRow(message: Message): FeedMessage
  /** The server's first word about a message of ours; its copy follows as a `msg`. */
  acked(ack: AckFrame): void
}

export function createOwnRows(ports: OwnRowsPorts): OwnRows {
  const { log, outbox, onStored } = ports
  const stored = (id = '') => log.draft(log.keyOf(id) ?? '')

  function show(entry: OutboxEntry) {
    if (entry.again !== undefined) return
    const row = log.draft(entry.cid)
    // Sent by a tab that died before it heard so.
    if (row?.delivery === 'stored') onStored(entry.cid, row)
    else log.put(pendingRow(entry))
  }

  const hide = (cid: string) => log.retain(({ key }) => key !== cid)

  /** The cid of what is ours, or waits here; another author may have chosen the same. */
  function ownCid({ author, cid = '' }: Message): string | undefined {
    const entry = outbox.get(cid)
    const { id } = ports.you()
    if ([id, entry?.owner].includes(author.id)) return cid
    // Its writer's page may have sent what somebody says as their own; and who a guest is to the
    // server may be known to that guest's page alone.
    return entry && (entry.renamed || (isGuests(entry) && entry.owner !== id)) ? cid : undefined
  }

  function claim(message: Message) {
    const cid = ownCid(message)
    const row = cid ? stored(message.id) : undefined
    if (!cid || !row || row.key === cid) return
    hide(row.key)
    log.put({ ...row, key: cid })
  }

  return {
    show,
    showAll() {
      ports.initial?.messages.forEach(claim)
      // Any page may have sent it before it came here.
      if (outbox.cids().length > 0) log.all().forEach(claim)
      outbox.list().forEach(show)
    },
    hide,
    toRow(message) {
      const { id } = message
      const cid = ownCid(message)
      if (cid) onStored(cid, message)
      return { ...message, key: log.keyOf(id) ?? (cid || id), delivery: 'stored' }
    },
    acked({ cid, id, seq }) {
      const row = log.draft(cid)
      // Asked for again: the answer has no row of its own yet.
      if (!row || row.delivery === 'stored')
        return onStored(cid, stored(id) ?? stored(outbox.get(cid)?.again))
      const { failure: _, key, delivery: _delivery, ...message } = row
      onStored(cid, { ...message, id, pos: seq, seq })
      // Stored long ago, before the part of the log that is here: older history will show it.
      if (seq <= ports.cursor()) hide(cid)
      else log.put({ ...message, key, id, pos: seq, seq: 0, delivery: 'stored' })
    },
  }
}

function pendingRow(entry: OutboxEntry): FeedMessage {
  const { author, cid, createdAt, delivery, failure, meta, parts } = entry
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
