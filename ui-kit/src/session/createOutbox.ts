/**
 * What was said and is not stored yet: a bounded list, kept over a reload.
 *
 * One storage key per entry, so that two tabs never overwrite each other's words.
 * An entry belongs to whoever wrote it and is never sent as somebody else; one that
 * is too old is not sent by itself. Knows no socket and no rows.
 */

import { type Meta, type UserPart, utf8Length } from '../protocol/index.ts'
import { frameText } from './frameText.ts'
import type { Keep } from './keep.ts'
import { type Failure, SessionError } from './Session.ts'

/** What is kept. Raise `v` when its shape changes: an entry of another version is left alone. */
interface KeptEntry {
  v: 1
  cid: string
  /** place in the sending order */
  n: number
  /** user id, or a provisional owner before the first welcome told it; '' is nobody known */
  owner: string
  /** ms since 1970 */
  createdAt: number
  parts: UserPart[]
  meta?: Meta
  failure?: Failure
}

export interface OutboxEntry extends KeptEntry {
  delivery: 'queued' | 'sent' | 'failed'
  /** by the session's clock */
  sentAtMs: number
  /** of the frame, UTF-8 */
  bytes: number
  /** id of an answer: this asks for a new one, has no row and is not kept */
  again?: string
}

export interface Outbox {
  list(): readonly OutboxEntry[]
  /** Of the entries that have a row; the same array as long as nothing came or went. */
  cids(): readonly string[]
  get(cid: string): OutboxEntry | undefined
  /** False: it was read from storage, and another tab took it away since. */
  isKept(cid: string): boolean
  /** @throws SessionError `full`; then nothing was added */
  add(entry: Omit<OutboxEntry, 'v' | 'n' | 'delivery' | 'sentAtMs'>): OutboxEntry
  /** Write down what was changed in an entry. */
  save(entry: OutboxEntry): void
  remove(cid: string): void
  clear(): void
}

export const OUTBOX_ENTRIES = 200
export const OUTBOX_BYTES = 1_048_576
/** Older entries wait for a person's word. */
const OUTBOX_AGE_MS = 14 * 86_400_000

/** Dates end here. */
const LAST_DAY_MS = 8.64e15

const PREFIX = 'out:'
/** One empty array, so that a store sees no change between nothing and nothing. */
export const NONE: readonly string[] = []

export function createOutbox(keep: Keep): Outbox {
  let entries: readonly OutboxEntry[] = []
  let cids: readonly string[] = NONE
  function become(next: readonly OutboxEntry[]) {
    entries = next
    const rows = next.filter(({ again }) => again === undefined)
    cids = rows.length > 0 ? rows.map(({ cid }) => cid) : NONE
  }
  function remove(cid: string) {
    become(entries.filter((entry) => entry.cid !== cid))
    keep.remove(PREFIX + cid)
  }
  become(load(keep))
  const loaded = new Set(cids)
  return {
    list: () => entries,
    cids: () => cids,
    get: (cid) => entries.find((entry) => entry.cid === cid),
    isKept: (cid) => !loaded.has(cid) || keep.has(PREFIX + cid),
    add(fields) {
      const bytes = entries.reduce((sum, entry) => sum + entry.bytes, fields.bytes)
      if (entries.length >= OUTBOX_ENTRIES || bytes > OUTBOX_BYTES)
        throw new SessionError(
          'full',
          `the outbox is full (${OUTBOX_ENTRIES} messages, ${OUTBOX_BYTES} bytes); discard some or wait until they are stored`,
        )
      const n = (entries.at(-1)?.n ?? 0) + 1
      const entry: OutboxEntry = { ...fields, v: 1, n, delivery: 'queued', sentAtMs: 0 }
      save(entry, keep)
      become([...entries, entry])
      return entry
    },
    save: (entry) => save(entry, keep),
    remove,
    clear() {
      for (const { cid } of entries) remove(cid)
    },
  }
}

/** Why an entry is not sent by itself; undefined when it may be. */
export function whyHeld(entry: OutboxEntry, owner: string, wallMs: number): Failure | undefined {
  if (entry.owner !== owner)
    return {
      code: 'other_identity',
      message: 'this was written by somebody else; discard it, or send it as yourself',
    }
  if (wallMs - entry.createdAt > OUTBOX_AGE_MS)
    return { code: 'expired', message: 'this was written more than 14 days ago' }
  return undefined
}

function save({ delivery, sentAtMs, bytes, again, ...kept }: OutboxEntry, keep: Keep) {
  if (again === undefined) keep.write(PREFIX + kept.cid, JSON.stringify(kept))
}

function load(keep: Keep): OutboxEntry[] {
  const entries: OutboxEntry[] = []
  for (const name of keep.names()) {
    const text = name.startsWith(PREFIX) && keep.read(name)
    if (!text) continue
    try {
      const kept: KeptEntry = JSON.parse(text)
      if (!isWhole(kept) || PREFIX + kept.cid !== name) continue
      const delivery = kept.failure ? 'failed' : 'queued'
      entries.push({ ...kept, delivery, sentAtMs: 0, bytes: utf8Length(frameText(kept)) })
    } catch {
      // Not written by this code: left alone.
    }
  }
  return entries.sort((a, b) => a.n - b.n || a.createdAt - b.createdAt)
}

/** Whether it can be shown and sent. @throws TypeError for what is no object at all */
function isWhole({ v, n, owner, createdAt, parts, meta, failure }: KeptEntry): boolean {
  return (
    v === 1 &&
    Number.isFinite(n) &&
    typeof owner === 'string' &&
    typeof createdAt === 'number' &&
    Math.abs(createdAt) <= LAST_DAY_MS &&
    parts.length > 0 &&
    parts.every(isWholePart) &&
    typeof (meta ?? {}) === 'object' &&
    (failure === undefined || typeof failure.code === 'string')
  )
}

function isWholePart(part: UserPart): boolean {
  switch (part.type) {
    case 'text':
      return typeof part.text === 'string'
    case 'file':
      return typeof part.url === 'string' && typeof part.mediaType === 'string'
    case 'data':
      return typeof part.name === 'string'
    default:
      return false
  }
}
