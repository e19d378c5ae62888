/**
 * What was said and is not stored yet: a bounded list, kept over a reload.
 *
 * One storage key per entry, so that two tabs never overwrite each other's words; an
 * entry is sent by the tab whose id it bears, and its end leaves a mark where others may have
 * it, too. It is never sent as somebody else: an account's words are seen by that account alone,
 * those of a guest by whoever uses this browser. One that is too old is not sent by itself.
 * Knows no socket and no rows.
 */

import {
  contentFault,
  isCid,
  type Meta,
  type User,
  type UserPart,
  utf8Length,
} from '../protocol/index.ts'
import { frameText } from './frameText.ts'
import type { Keep } from './keep.ts'
import { type Failure, SessionError } from './Session.ts'
import { shortHash } from './shortHash.ts'

/**
 * What is kept. Raise `v` when its shape changes: an entry of the version before is renewed, one of
 * a later version is left alone.
 */
interface KeptEntry {
  v: 2
  cid: string
  /** place in the sending order: ms since 1970, or one above the place before */
  n: number
  /**
   * Their user id, by the server's word or before that by the page's; where neither is there, of a
   * guest `g_:` and the secret, hashed, and of a bearer `g_?` and an id of that very page
   */
  owner: string
  /** as the row shows them while it is held back */
  author: User
  /** id of the tab that sends it; '' where tabs can't tell each other apart */
  tab: string
  /** ms since 1970 */
  createdAt: number
  parts: UserPart[]
  meta?: Meta
  failure?: Failure
  /** somebody else says it now: for its writer's other pages that is its end */
  renamed?: true
}

export type Writer = Pick<KeptEntry, 'owner' | 'author'>

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
  /**
   * `elsewhere`: another tab sends it; `stored`: or has; `discarded`: in another tab, or somebody else says it;
   * `nowhere`: the storage was emptied, or, where there are no locks, its writer's tab has sent it.
   * What another tab took over and brought to the server is `here`, unless it waits for a word:
   * said again, its end is heard here, too.
   * @param you user id, once the server told it
   */
  whereIs(
    entry: OutboxEntry,
    you?: string,
  ): 'here' | 'elsewhere' | 'stored' | 'discarded' | 'nowhere'
  /** Ids of the tabs whose words are in the storage and not here. */
  others(isMine: IsMine): Set<string>
  /** Take over what a tab has left. What is somebody else's waits for its writer. */
  adopt(tab: string, isMine: IsMine): void
  /** @throws SessionError `full`; then nothing was added */
  add(entry: Omit<OutboxEntry, 'v' | 'n' | 'tab' | 'delivery' | 'sentAtMs'>): OutboxEntry
  /** Write down what was changed in an entry. */
  save(entry: OutboxEntry): void
  /** Its words are said by somebody else now; for its writer's other pages that is its end. */
  rename(entry: OutboxEntry, writer: Writer): void
  /** The server has it, said by `author`. */
  remove(cid: string, author?: string): void
  /** It is sent by no tab any more. */
  discard(cid: string): void
  /** Another tab sends it: what is kept stays. */
  release(cid: string): void
  /** Wipe what is too old: marks, and what nobody who came was shown. */
  sweep(isMine: IsMine): void
  /** Wipe what is here, what is their own, and every mark. */
  clear(isOwn: IsMine): void
}

/** Whether it is shown to who is here. */
export type IsMine = (entry: Writer) => boolean

export const OUTBOX_ENTRIES = 200
export const OUTBOX_BYTES = 1_048_576
/** Older entries wait for a person's word; those of others, and marks, are forgotten. */
const OUTBOX_AGE_MS = 14 * 86_400_000

/** Dates end here. */
const LAST_DAY_MS = 8.64e15

const PREFIX = 'out:'
/** What is left of an entry that had its end: when, in ms since 1970, and a hash of who said it. */
const MARK = /^(discarded|stored) (\d+) ?(\w*)$/
/** One empty array, so that a store sees no change between nothing and nothing. */
export const NONE: readonly string[] = []

/**
 * Empty until its first `adopt`.
 *
 * @param wallMs ms since 1970
 * @param tab id of this tab: another one leaves its entries alone while it lives
 */
export function createOutbox(keep: Keep, wallMs: () => number, tab = ''): Outbox {
  let entries: readonly OutboxEntry[] = []
  let cids: readonly string[] = NONE
  const adopted = new Set<string>()
  /** another tab had them for a while */
  const lent = new Set<string>()
  /** had their end here, whatever the storage took of it */
  const ended = new Set<string>()
  /** above every place that was given out */
  let nextN = 1

  function become(next: readonly OutboxEntry[]) {
    entries = next
    const rows = next.filter(({ again }) => again === undefined)
    cids = rows.length > 0 ? rows.map(({ cid }) => cid) : NONE
  }

  function read(name: string): OutboxEntry | undefined {
    try {
      const kept: KeptEntry = JSON.parse(keep.read(name) ?? '')
      if ((kept.v as number) === 1) renew(kept)
      if (!isWhole(kept) || PREFIX + kept.cid !== name) return undefined
      const delivery = kept.failure ? 'failed' : 'queued'
      return { ...kept, delivery, sentAtMs: 0, bytes: utf8Length(frameText(kept)) }
    } catch {
      // Not written by this code: left alone.
      return undefined
    }
  }

  const names = () => keep.names().filter((name) => name.startsWith(PREFIX))

  /** What is kept, whoever sends it. */
  function load(): OutboxEntry[] {
    const kept = names().flatMap((name) => read(name) ?? [])
    nextN = Math.max(nextN, ...kept.map(({ n }) => n + 1))
    return kept
  }

  function save({ delivery, sentAtMs, bytes, again, ...kept }: OutboxEntry) {
    if (again === undefined) keep.write(PREFIX + kept.cid, JSON.stringify(kept))
  }

  const find = (cid: string) => entries.find((entry) => entry.cid === cid)
  const release = (cid: string) => become(entries.filter((entry) => entry.cid !== cid))

  const markOf = (name: string) => MARK.exec(keep.read(name) ?? '')

  function end(cid: string, how: 'discarded' | 'stored', author?: string) {
    ended.add(cid)
    release(cid)
    // Whatever becomes of the mark, the message is not kept.
    keep.remove(PREFIX + cid)
    const by = author === undefined ? '' : ` ${shortHash(author)}`
    keep.write(PREFIX + cid, `${how} ${Math.round(wallMs())}${by}`)
  }

  const isHere = ({ cid, tab: at }: KeptEntry) => at === tab && find(cid) !== undefined

  /** Mine, and another tab's by now, or not yet read. */
  const missed = (isMine: IsMine) =>
    load().filter((entry) => !ended.has(entry.cid) && !isHere(entry) && isMine(entry))

  function adopt(from: string, isMine: IsMine) {
    const left = missed(isMine).filter((entry) => entry.tab === from)
    if (left.length === 0) return
    for (const entry of left) {
      adopted.add(entry.cid)
      if (from === tab) continue
      entry.tab = tab
      save(entry)
    }
    // What was ours before another tab took it comes back: the same entry, not a second one.
    const others = entries.filter(({ cid }) => !left.some((entry) => entry.cid === cid))
    become([...others, ...left].sort((a, b) => a.n - b.n || a.createdAt - b.createdAt))
  }

  return {
    list: () => entries,
    cids: () => cids,
    get: find,
    whereIs(entry, you) {
      const { again, cid, failure, owner, renamed } = entry
      const name = PREFIX + cid
      if (again !== undefined) return 'here'
      if (!keep.has(name)) return 'nowhere'
      const [, mark, , author] = markOf(name) ?? []
      const kept = read(name)
      const isOthers = author && you && ![you, owner].map(shortHash).includes(author)
      if (mark === 'discarded' || isOthers || (kept?.renamed && !renamed)) return 'discarded'
      // What waits for a word here, or would, has been sent.
      if (mark && (failure || isUnknown(entry))) return 'stored'
      if (!kept || kept.tab === tab) return 'here'
      lent.add(cid)
      // No other page can tell who wrote it: it comes back to its own.
      return !isUnknown(kept) || kept.owner !== owner || adopted.has(cid) ? 'elsewhere' : 'here'
    },
    others: (isMine) => new Set(missed(isMine).map((entry) => entry.tab)),
    adopt,
    add(fields) {
      const bytes = entries.reduce((sum, entry) => sum + entry.bytes, fields.bytes)
      if (entries.length >= OUTBOX_ENTRIES || bytes > OUTBOX_BYTES)
        throw new SessionError(
          'full',
          `the outbox is full (${OUTBOX_ENTRIES} messages, ${OUTBOX_BYTES} bytes); discard some or wait until they are stored`,
        )
      // By the clock, so that what several tabs said keeps its order wherever it comes together.
      const n = Math.max(nextN, fields.createdAt)
      nextN = n + 1
      const entry: OutboxEntry = {
        ...fields,
        v: 2,
        n,
        tab,
        delivery: 'queued',
        sentAtMs: 0,
      }
      save(entry)
      become([...entries, entry])
      return entry
    },
    save,
    rename(entry, writer) {
      if (entry.owner !== writer.owner) {
        entry.renamed = true
        // Should the storage be full now, it must not go on saying that they are its writer's.
        keep.remove(PREFIX + entry.cid)
      }
      Object.assign(entry, writer)
    },
    remove(cid, author) {
      const name = PREFIX + cid
      const mark = markOf(name)
      // Whichever page hears it: for the other pages of its writer it stays over.
      if (mark?.[1] === 'discarded' || find(cid)?.renamed || read(name)?.renamed)
        return end(cid, 'discarded')
      if (adopted.has(cid) || lent.has(cid) || mark) return end(cid, 'stored', author)
      release(cid)
      keep.remove(name)
    },
    discard: (cid) => end(cid, 'discarded'),
    release,
    sweep(isMine) {
      for (const name of names()) {
        const entry = read(name)
        if (entry && isMine(entry)) continue
        const sinceMs = entry?.createdAt ?? Number(markOf(name)?.[2])
        if (wallMs() - sinceMs > OUTBOX_AGE_MS) keep.remove(name)
      }
    },
    clear(isOwn) {
      for (const name of names()) {
        const entry = read(name)
        if (!entry || isOwn(entry) || find(entry.cid)) keep.remove(name)
      }
      become([])
    },
  }
}

/** Why an entry is not sent by itself; undefined when it may be. */
export function whyHeld(entry: OutboxEntry, owner: string, wallMs: number): Failure | undefined {
  if (entry.owner !== owner && isUnknown(entry))
    return {
      code: 'unknown_writer',
      message:
        'this page was left before the server told who wrote this; discard it, or send it as yourself',
    }
  if (entry.owner !== owner)
    return {
      code: 'other_identity',
      message: 'this was written by somebody else; discard it, or send it as yourself',
    }
  if (wallMs - entry.createdAt > OUTBOX_AGE_MS)
    return { code: 'expired', message: 'this was written more than 14 days ago' }
  return undefined
}

/** Said by a guest, or before anybody was named. */
export const isGuests = ({ owner }: Writer): boolean => owner.startsWith('g_')

/** Said in a page that nobody was named to: whoever comes may see it, and nobody sends it. */
const isUnknown = ({ owner }: Writer): boolean => owner.startsWith('g_?')

/** In the version before, whoever was not known yet was '', `?` and an id, or `guest:` and a hash. */
function renew(kept: KeptEntry) {
  const owner = kept.owner.replace(/^(\?.*)?$/, 'g_?').replace(/^guest:/, 'g_:')
  Object.assign(kept, { v: 2, owner, author: kept.author ?? { id: '', name: '' } })
}

/** Whether it can be shown and sent. @throws TypeError for what is no object at all */
const isWhole = ({ v, cid, parts, meta, failure, author, ...kept }: KeptEntry): boolean =>
  v === 2 &&
  isCid(cid) &&
  hasTypes(kept, {
    n: 'number',
    owner: 'string',
    tab: 'string',
    createdAt: 'number',
  }) &&
  hasTypes(author, { id: 'string', name: 'string' }) &&
  Math.abs(kept.createdAt) <= LAST_DAY_MS &&
  !contentFault({ parts, meta }) &&
  (!failure || hasTypes(failure, { code: 'string' }))

const hasTypes = (value: object, types: Record<string, string>): boolean =>
  Object.entries(types).every(([field, type]) => typeof value[field as keyof typeof value] === type)
