/**
 * What holds of a feed at every moment, whatever the network does.
 *
 * `checkShown` at each commit, from the feed alone; `checkTrue` after each step, against what the
 * server has.
 */

import type { Message } from '@session-kit/ui-kit/protocol'
import type { FeedMessage, Session } from '@session-kit/ui-kit/session'
import { feedFaults } from '../src/testing/feedFaults.ts'
import type { Truth } from './Truth.ts'

type Fail = (rule: string, detail: string) => void

/** The pos of a row that isn't stored. */
const UNSTORED_POS = Number.MAX_SAFE_INTEGER

/** No row twice, in order, the unsent behind the stored, rows and state of one moment. */
export function checkShown(session: Session, fail: Fail): void {
  const rows = session.getMessages()
  const { keys, outbox } = session.store.getState()
  for (const fault of feedFaults(rows)) fail('feed', fault)
  const pending: string[] = []
  for (const [index, { delivery, failure, key, pos }] of rows.entries()) {
    if (keys[index] !== key) fail('keys', `row ${index} is ${key}, its key in the store isn't`)
    if (delivery !== 'stored') pending.push(key)
    if ((delivery === 'stored') !== (pos !== UNSTORED_POS))
      fail('order', `a row that is ${delivery} stands at pos ${pos}`)
    if ((delivery === 'failed') !== (failure !== undefined))
      fail('failure', `a row that is ${delivery} has ${failure ? 'a' : 'no'} failure`)
  }
  if (keys.length !== rows.length) fail('keys', `${keys.length} keys and ${rows.length} rows`)
  if (pending.join() !== outbox.join())
    fail('outbox', `[${pending}] are shown as unstored, and the outbox is [${outbox}]`)
}

/** Whether nothing of a row has changed but what it says, so that the others stand as they stood. */
export function isGrown(before: FeedMessage | undefined, row: FeedMessage): boolean {
  return (
    row === before ||
    (row.key === before?.key &&
      row.id === before.id &&
      row.cid === before.cid &&
      row.author.id === before.author.id &&
      row.pos === before.pos &&
      row.delivery === before.delivery &&
      row.failure === before.failure)
  )
}

/** Every stored row is what the server has, or had; a text that grows is a beginning of it. */
export function checkTrue(
  session: Session,
  truth: Truth,
  known: WeakSet<FeedMessage>,
  fail: Fail,
  hit: (what: string) => void,
): void {
  for (const row of session.getMessages()) {
    if (row.delivery !== 'stored' || known.has(row)) continue
    const now = truth.get(row.id)
    if (!truth.wasHere(row.id)) fail('invented', `message ${row.id} was never stored`)
    if (now && now.pos !== row.pos) fail('order', `${row.id}: pos ${row.pos}, really ${now.pos}`)
    if (now && now.seq < row.seq) fail('ahead', `${row.id}: seq ${row.seq}, really ${now.seq}`)
    // Acked, and not yet told: it is what was said.
    if (row.seq === 0) continue
    if (row.state === 'streaming') {
      // However it was cut, what somebody saw is kept.
      const isAhead = now && !truth.edited.has(row.id) && !truth.isBeginning(row.parts, now.parts)
      if (isAhead || !truth.isSpoken(row))
        fail('text', `${row.id} shows ${JSON.stringify(row.parts)}, really ${JSON.stringify(now)}`)
      continue
    }
    const version = truth.version(row.id, row.seq)
    if (version === undefined) hit('a version that was gone at once')
    else if (version !== JSON.stringify(asMessage(row)))
      fail('text', `${row.id} shows ${JSON.stringify(row)}, really ${version}`)
    known.add(row)
  }
}

export function asMessage({ key: _key, delivery: _delivery, ...message }: FeedMessage): Message {
  return message
}
