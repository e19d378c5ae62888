/**
 * The stored truth of one fake session, in memory: messages, seq, epoch, cids.
 *
 * Keeps W2 and W5 and answers a catch-up; knows no connection. A stored message is
 * frozen and a change makes a new one, so nothing outside can change what is stored, and
 * whoever sees the same object again sees the same message.
 */

import type { Limits, Message, SyncFrame } from '../protocol/index.ts'
import { bytesOf } from './splitMessages.ts'

export type Draft = Omit<Message, 'id' | 'pos' | 'seq' | 'createdAt'> &
  Partial<Pick<Message, 'id' | 'createdAt'>>

/** What a cid stands for; `content` tells a resend from a conflict. */
export interface Receipt {
  content: string
  id: string
  seq: number
}

export interface CatchUp extends Pick<SyncFrame, 'mode' | 'hasOlder'> {
  messages: Message[]
}

/** Messages of a snapshot; older ones come by `page`. */
const SNAPSHOT_MESSAGES = 100

export class FakeLog {
  epoch: string
  head = 0
  /** highest seq among pruned messages */
  floor = 0
  readonly #createId: () => string
  readonly #now: () => number
  /** ascending pos */
  #messages: Message[] = []
  #byId = new Map<string, Message>()
  #receipts = new Map<string, Receipt>()

  constructor(createId: () => string, now: () => number) {
    this.#createId = createId
    this.#now = now
    this.epoch = createId()
  }

  get messages(): Message[] {
    return [...this.#messages]
  }

  get(id: string): Message | undefined {
    return this.#byId.get(id)
  }

  add(draft: Draft): Message {
    const id = draft.id ?? this.#createId()
    if (this.#byId.has(id)) throw new Error(`session-kit: the fake log has a message ${id} already`)
    this.head += 1
    const message = frozenCopy({
      createdAt: this.#now(),
      ...draft,
      id,
      pos: this.head,
      seq: this.head,
    })
    this.#messages.push(message)
    this.#byId.set(id, message)
    return message
  }

  /** One durable change of a stored message. */
  change(
    id: string,
    fields: Partial<Pick<Message, 'state' | 'parts' | 'error' | 'meta'>>,
  ): Message {
    const message = this.#stored(id)
    this.head += 1
    return this.#replace({ ...message, ...frozenCopy(fields), seq: this.head })
  }

  /** Its place stays, what was in it goes. */
  remove(id: string): Message {
    const { error: _error, meta: _meta, ...left } = this.#stored(id)
    this.#replace(left)
    return this.change(id, { state: 'deleted', parts: [] })
  }

  /** The same log under another name. */
  renewEpoch(): void {
    this.epoch = this.#createId()
  }

  /** bytes, never 0 */
  get size(): number {
    return this.#messages.reduce((sum, message) => sum + bytesOf(message), 1)
  }

  /** Growing text is stored as it grows (W1), but is no durable change: it takes no seq. */
  setPart(id: string, index: number, part: Message['parts'][number]): void {
    const message = this.#stored(id)
    const parts = message.parts.toSpliced(index, 1, frozenCopy(part))
    this.#replace({ ...message, parts: Object.freeze(parts) as Message['parts'] })
  }

  receipt(author: string, cid: string): Receipt | undefined {
    return this.#receipts.get(`${author} ${cid}`)
  }

  remember(author: string, cid: string, receipt: Receipt): void {
    this.#receipts.set(`${author} ${cid}`, receipt)
  }

  /** What a client at this cursor has missed: the protocol's `sync`. */
  catchUp(limits: Limits, epoch?: string, cursor?: number): CatchUp {
    if (
      epoch === this.epoch &&
      cursor !== undefined &&
      cursor <= this.head &&
      cursor >= this.floor
    ) {
      const missed = this.#messages.filter(({ seq }) => seq > cursor)
      if (missed.length <= limits.syncMessages && bytesOfAll(missed) <= limits.syncBytes) {
        const messages = this.#messages
          .filter(({ seq, state }) => seq > cursor || state === 'streaming')
          .sort((a, b) => a.seq - b.seq)
        const lowest = Math.min(...messages.map(({ pos }) => pos))
        const hasOlder = this.#messages.some(({ pos }) => pos < lowest)
        return { mode: 'suffix', messages, hasOlder }
      }
    }
    const count = Math.min(SNAPSHOT_MESSAGES, limits.syncMessages)
    const start = newest(this.#messages, count, limits.syncBytes)
    const messages = this.#messages.filter(
      ({ state }, index) => index >= start || state === 'streaming',
    )
    return { mode: 'snapshot', messages, hasOlder: start > 0 }
  }

  /** Messages before a pos, fewer than `limit` when they would not fit into `bytes`. */
  page(before: number, limit: number, bytes: number): Pick<CatchUp, 'messages' | 'hasOlder'> {
    const older = this.#messages.filter((message) => message.pos < before)
    const start = newest(older, limit, bytes)
    return { messages: older.slice(start), hasOlder: start > 0 }
  }

  /** Retention: forget all but the newest messages and what a turn needs. Takes no seq, tells nobody. */
  prune(keep: number, isNeeded: (message: Message) => boolean): void {
    for (const message of this.#messages.slice(0, Math.max(0, this.#messages.length - keep))) {
      if (message.state === 'streaming' || isNeeded(message)) continue
      this.floor = Math.max(this.floor, message.seq)
      this.#byId.delete(message.id)
    }
    this.#messages = this.#messages.filter((message) => this.#byId.has(message.id))
  }

  wipe(): void {
    this.renewEpoch()
    this.head = 0
    this.floor = 0
    this.#messages = []
    this.#byId = new Map()
    this.#receipts = new Map()
  }

  /** In its place. */
  #replace(message: Message): Message {
    this.#messages[this.#messages.indexOf(this.#stored(message.id))] = Object.freeze(message)
    this.#byId.set(message.id, message)
    return message
  }

  /** Whoever changes one has made sure that it is there. */
  #stored(id: string): Message {
    return this.#byId.get(id) as Message
  }
}

/** What goes over a wire is plain data, and that is copied by hand many times faster than by `structuredClone`. */
function frozenCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as T
  const copy: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) copy[key] = frozenCopy(inner)
  return Object.freeze(copy) as T
}

const bytesOfAll = (messages: readonly Message[]): number =>
  messages.reduce((sum, message) => sum + bytesOf(message), 0)

/** Where the newest messages begin that fit into `count` and `bytes`; one always fits. */
function newest(messages: readonly Message[], count: number, bytes: number): number {
  let start = messages.length
  let left = bytes
  while (start > 0 && messages.length - start < count) {
    left -= bytesOf(messages[start - 1] as Message)
    if (left < 0 && start < messages.length) break
    start -= 1
  }
  return start
}
