/**
 * What is wrong with a feed by itself: a message twice, or one out of its place.
 *
 * What is stored stands in the order of pos, and what waits to be stored behind all of it. Takes
 * the rows of a session and plain messages alike.
 */

import type { Message } from '../protocol/index.ts'

/** What `session.getMessages()` gives, or a stored message. */
export type Row = Message & { key?: string; delivery?: string; failure?: unknown }

export const isStored = ({ delivery = 'stored' }: Row): boolean => delivery === 'stored'

/** @returns a line for each row that should not stand where it does */
export function feedFaults(feed: readonly Row[]): string[] {
  const faults: string[] = []
  const seen = new Set<string>()
  let last: Row | undefined
  for (const row of feed) {
    // A row that waits to be stored has its cid for an id.
    const names = [row.id, ...(row.cid === undefined ? [] : [`${row.author.id} ${row.cid}`])]
    if (names.some((name) => seen.has(name))) {
      faults.push(`doubled: ${nameOf(row)}`)
      continue
    }
    for (const name of names) seen.add(name)
    if (last && isStored(row) && (!isStored(last) || row.pos <= last.pos))
      faults.push(`out of order: ${nameOf(row)} behind ${nameOf(last)}`)
    else last = row
  }
  return faults
}

export function nameOf({ author, id, parts, pos }: Message): string {
  const text = parts.map((part) => ('text' in part ? part.text : part.type)).join(' ')
  return `pos ${pos}, ${author.name}: ${JSON.stringify(text.slice(0, 40))} (${id})`
}
