/**
 * The promise as one assertion: a client's feed is the server's log, from some message on.
 *
 * Compares what is stored; rows that wait to be stored only have to stand behind it, each once.
 * Knows a session by its interface only, so it takes any list of messages on either side.
 */

import type { Message } from '../protocol/index.ts'
import { feedFaults, isStored, nameOf, type Row } from './feedFaults.ts'

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
  const problems = feedFaults(feed)
  const shown = feed.filter(isStored)
  const stored = new Map(log.map((message) => [message.id, message]))
  for (const row of shown) {
    const message = stored.get(row.id)
    if (!message) problems.push(`not in the log: ${nameOf(row)}`)
    else if (textOf(row) !== textOf(message))
      problems.push(`not as stored: ${nameOf(row)}; stored is ${textOf(message)}`)
  }
  // What still streams may lie far below what else a snapshot brought.
  const begun = shown.filter(({ state }) => state !== 'streaming').map(({ pos }) => pos)
  const from = mayBeginLater ? Math.min(...begun) : 0
  const seen = new Set(shown.map(({ id }) => id))
  const unseen = log.filter(({ id }) => !seen.has(id))
  for (const message of unseen)
    if (message.pos >= from) problems.push(`missing: ${nameOf(message)}`)
  if (begun.length === 0 && unseen.length > 0 && mayBeginLater)
    problems.push(`missing: all ${unseen.length} messages`)
  if (problems.length > 0)
    throw new GapError(
      `session-kit: the feed is not the log of the server:\n${problems.join('\n')}`,
    )
}

/** What has to be the same on both sides: all but the row's own fields. */
function textOf({ key: _key, delivery: _delivery, failure: _failure, ...message }: Row): string {
  return JSON.stringify(Object.fromEntries(Object.entries(message).sort()))
}
