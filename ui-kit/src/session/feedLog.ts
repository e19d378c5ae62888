/**
 * The rows of a feed: keyed cells, so that one token touches one row.
 *
 * Changes gather in a draft and become visible together, by `commit`. The array of
 * keys is a new one only when rows come, go or move. Rows are ordered by pos; a row
 * that is not stored yet stands behind all that are. Knows no frames and no outbox.
 */

import type { FeedMessage } from './Session.ts'

/** The pos of a row that the server has not stored: behind everything. */
export const UNSTORED_POS = Number.MAX_SAFE_INTEGER

export const isStored = ({ pos }: Pick<FeedMessage, 'pos'>): boolean => pos !== UNSTORED_POS

export interface FeedLog {
  /** The row as it is drafted, seen or not. */
  draft(key: string): FeedMessage | undefined
  /** The key of a stored message; never changes while the message is here. */
  keyOf(id: string): string | undefined
  put(row: FeedMessage): void
  /** Take away every row that is not kept. */
  retain(isKept: (row: FeedMessage) => boolean): void
  isStreaming(): boolean
  /** Show the draft. Returns the keys of the rows that changed. */
  commit(): readonly string[]

  keys(): readonly string[]
  get(key: string): FeedMessage | undefined
  /** Same array as long as no row changed. */
  all(): readonly FeedMessage[]
}

export function createFeedLog(): FeedLog {
  const rows = new Map<string, FeedMessage>()
  const changed = new Map<string, FeedMessage | undefined>()
  const keysById = new Map<string, string>()
  const streaming = new Set<string>()
  let shownKeys: string[] = []
  let draftKeys = shownKeys
  let list: readonly FeedMessage[] | undefined = []

  const draft = (key: string) => (changed.has(key) ? changed.get(key) : rows.get(key))
  const posAt = (index: number) => draft(draftKeys[index] ?? '')?.pos ?? UNSTORED_POS

  /** To be changed in place: copied once a commit, not for each row of a long catch-up. */
  function draftedKeys() {
    if (draftKeys === shownKeys) draftKeys = [...shownKeys]
    return draftKeys
  }

  /** Behind the last row whose pos is not higher. */
  function placeOf(pos: number) {
    let low = 0
    let high = draftKeys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (posAt(middle) <= pos) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    draft,
    keyOf: (id) => keysById.get(id),
    put(row) {
      const { key, id, pos } = row
      const before = draft(key)
      if (!before) draftedKeys().splice(placeOf(pos), 0, key)
      else if (before.pos !== pos) {
        const standing = draftKeys
        const from = standing.lastIndexOf(key)
        draftKeys = standing.toSpliced(from, 1)
        const to = placeOf(pos)
        draftKeys = to === from ? standing : draftKeys.toSpliced(to, 0, key)
      }
      changed.set(key, row)
      keysById.set(id, key)
      if (row.state === 'streaming') streaming.add(key)
      else streaming.delete(key)
    },
    retain(isKept) {
      const kept = draftKeys.filter((key) => {
        const row = draft(key)
        if (!row || isKept(row)) return true
        changed.set(key, undefined)
        keysById.delete(row.id)
        streaming.delete(key)
        return false
      })
      if (kept.length < draftKeys.length) draftKeys = kept
    },
    isStreaming: () => streaming.size > 0,
    commit() {
      const touched = [...changed.keys()]
      for (const [key, row] of changed) {
        if (row) rows.set(key, row)
        else rows.delete(key)
      }
      changed.clear()
      shownKeys = draftKeys
      if (touched.length > 0) list = undefined
      return touched
    },
    keys: () => shownKeys,
    get: (key) => rows.get(key),
    all: () => {
      list ??= shownKeys.flatMap((key) => rows.get(key) ?? [])
      return list
    },
  }
}
