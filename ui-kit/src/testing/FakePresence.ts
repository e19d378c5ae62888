/**
 * Who is in a fake session, and who hears of it; above `limits.peers` only how many.
 *
 * Holds the peers of real connections and those a test makes up alike. Which of the two a
 * connection was told last, the list or the count, is kept for each.
 */

import type { Peer, PresenceFrame, User } from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'

const COUNT_EVERY_MS = 1000
const LIST_AGAIN_AT = 0.9

export interface FakePresenceOptions {
  clock: Clock
  /** connections above which the list is given up */
  most: number
  /** To one connection that said hello; nobody there: nothing happens. */
  tell(conn: string, frame: PresenceFrame): void
}

/** A connection; without a peer it never said hello: it counts, and is not listed. */
interface Entry {
  user: User
  peer?: Peer
  isListed: boolean
}

export class FakePresence {
  readonly #options: FakePresenceOptions
  readonly #open = new Map<string, Entry>()
  #countedAtMs = Number.NEGATIVE_INFINITY
  #countTimer: unknown

  constructor(options: FakePresenceOptions) {
    this.#options = options
  }

  get connections(): number {
    return this.#open.size
  }

  /** A socket is open, or a made-up person is about to come: it counts. */
  enter(conn: string, user: User): Entry {
    const entry: Entry = { user, isListed: false }
    this.#open.set(conn, entry)
    this.#goesOn(true)
    return entry
  }

  /** Of this user, or of everybody. */
  connsOf(userId?: string): string[] {
    const entries = [...this.#open].filter(
      ([, { user }]) => userId === undefined || user.id === userId,
    )
    return entries.map(([conn]) => conn)
  }

  /** What a connection that says hello is told of the others: nothing in a crowd. */
  others(conn: string): Peer[] {
    if (this.#open.size > this.#options.most) return []
    const others = this.#live().filter(({ peer }) => peer.conn !== conn)
    return others.map(({ peer }) => peer)
  }

  /** A hello; the one who said it hears the rest by `greet`. Harmless when repeated. */
  join(peer: Peer): void {
    const entry = this.#open.get(peer.conn) ?? this.enter(peer.conn, peer.user)
    if (entry.peer) return
    const isSmall = this.#open.size <= this.#options.most
    entry.isListed = isSmall && this.#live().every(({ isListed }) => isListed)
    entry.peer = peer
    this.#announce('join', peer)
  }

  /** Behind the catch-up: in a crowd the list of the welcome is not kept up, and this says so. */
  greet(conn: string): void {
    if (this.#open.get(conn)?.isListed !== false) return
    this.#options.tell(conn, this.#countFrame())
  }

  /** Who leaves together hears nothing of the others. Harmless when repeated (W14). */
  leave(...conns: string[]): void {
    const entries = conns.flatMap((conn) => this.#open.get(conn) ?? [])
    for (const conn of conns) this.#open.delete(conn)
    for (const { peer } of entries)
      if (peer) this.#announce('leave', peer)
      else this.#goesOn(true)
  }

  /** Of one that said hello. */
  setState(conn: string, state: Peer['state']): void {
    const entry = this.#open.get(conn) as Required<Entry>
    entry.peer = { ...entry.peer, state }
    this.#announce('state', entry.peer)
  }

  #announce(op: 'join' | 'leave' | 'state', peer: Peer): void {
    if (!this.#goesOn(op === 'leave')) return
    const frame = { type: 'presence', op, peer, connections: this.#open.size } as const
    for (const { peer: other } of this.#live())
      if (other.conn !== peer.conn) this.#options.tell(other.conn, frame)
  }

  /** Ends the list in a crowd and begins it again; counts, where that `isNew`. True: it goes on. */
  #goesOn(isNew: boolean): boolean {
    const { most, tell } = this.#options
    const live = this.#live()
    const listed = live.filter(({ isListed }) => isListed)
    if (this.#open.size <= most && listed.length === live.length) return true
    const connections = this.#open.size
    if (connections <= most * LIST_AGAIN_AT) {
      for (const entry of live) {
        entry.isListed = true
        const { conn } = entry.peer
        tell(conn, { type: 'presence', op: 'list', peers: this.others(conn), connections })
      }
      return false
    }
    for (const entry of listed) entry.isListed = false
    if (live.length > 0 && (isNew || listed.length > 0)) this.#count()
    return false
  }

  #count(): void {
    if (this.#countTimer !== undefined) return
    const { clock } = this.#options
    const waitMs = this.#countedAtMs + COUNT_EVERY_MS - clock.now()
    if (waitMs <= 0) this.#tellCount()
    else
      this.#countTimer = clock.setTimeout(() => {
        this.#countTimer = undefined
        // By then there may be so few that everybody was listed again.
        if (this.#live().some(({ isListed }) => !isListed)) this.#tellCount()
      }, waitMs)
  }

  #tellCount(): void {
    this.#countedAtMs = this.#options.clock.now()
    for (const { peer } of this.#live()) this.#options.tell(peer.conn, this.#countFrame())
  }

  #countFrame(): PresenceFrame {
    return { type: 'presence', op: 'count', connections: this.#open.size }
  }

  #live(): Required<Entry>[] {
    return [...this.#open.values()].filter((entry) => entry.peer) as Required<Entry>[]
  }
}
