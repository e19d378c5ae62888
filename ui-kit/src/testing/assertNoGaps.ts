/**
 * The promise as one assertion: a client's feed is the server's log, from some message on.
 *
 * Compares what is stored; rows that wait to be stored are left out. Knows a session by its
 * interface only, so it takes any list of messages on either side.
 */

import type { Message } from '../protocol/index.ts'

/** What `session.getMessages()` gives, or a list of stored messages. */
type Row = Message & { delivery?: string }

export interface NoGapsOptions {
  /**
   * The feed may begin later than the log, because older history was not loaded (true); false:
   * it has to be all of it.
   */
  mayBeginLater?: boolean
}

export class GapError extends Error {
  override readonly name = 'GapError'
  readonly code = 'gap'
}

/**
 * @param feed what a client shows: `session.getMessages()`
 * @param log what is stored, ascending pos: `server.session(id).messages`
 * @throws GapError that names every message which is missing, doubled, out of order, other than
 * stored, or not in the log at all
 */
export function assertNoGaps(
  feed: readonly Row[],
  log: readonly Message[],
  { mayBeginLater = true }: NoGapsOptions = {},
): void {
  const shown = feed.filter(({ delivery }) => delivery === undefined || delivery === 'stored')
  const stored = new Map(log.map((message) => [message.id, message]))
  const seen = new Map<string, number>()
  const problems: string[] = []
  let highest = 0
  for (const row of shown) {
    const times = (seen.get(row.id) ?? 0) + 1
    seen.set(row.id, times)
    const message = stored.get(row.id)
    if (!message) problems.push(`not in the log: ${nameOf(row)}`)
    else if (times > 1) problems.push(`doubled: ${nameOf(row)}`)
    else if (row.pos < highest) problems.push(`out of order: ${nameOf(row)} behind pos ${highest}`)
    if (message && times === 1 && textOf(row) !== textOf(message))
      problems.push(`not as stored: ${nameOf(row)}; stored is ${textOf(message)}`)
    highest = Math.max(highest, row.pos)
  }
  // What still streams may lie far below what else a snapshot brought.
  const begun = shown.filter(({ state }) => state !== 'streaming').map(({ pos }) => pos)
  const from = mayBeginLater ? Math.min(...begun) : 0
  const unseen = log.filter(({ id }) => !seen.has(id))
  for (const message of unseen)
    if (message.pos >= from) problems.push(`missing: ${nameOf(message)}`)
  if (begun.length === 0 && unseen.length > 0 && mayBeginLater)
    problems.push(`missing: all ${unseen.length} messages`)
  // A row that waits to be stored has the id that its author gave it.
  const own = new Set(shown.map(({ author, cid }) => cid && `${author.id} ${cid}`))
  for (const row of feed)
    if (row.id === row.cid && own.has(`${row.author.id} ${row.cid}`))
      problems.push(`doubled, once unstored: ${nameOf(row)}`)
  if (problems.length > 0)
    throw new GapError(
      `session-kit: the feed is not the log of the server:\n${problems.join('\n')}`,
    )
}

/** What has to be the same on both sides: all but the row's own fields. */
const textOf = ({ id, pos, seq, role, author, cid, replyTo, state, parts, error, meta }: Message) =>
  JSON.stringify({ id, pos, seq, role, author, cid, replyTo, state, parts, error, meta })

function nameOf({ author, id, parts, pos }: Message): string {
  const text = parts.map((part) => ('text' in part ? part.text : part.type)).join(' ')
  return `pos ${pos}, ${author.name}: ${JSON.stringify(text.slice(0, 40))} (${id})`
}
