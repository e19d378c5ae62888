/**
 * Who is in a fake session, and who hears of it; above `limits.peers` only how many.
 *
 * Holds the peers of real connections and those a test makes up alike.
 */

import type { Peer, PresenceFrame } from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'

const COUNT_EVERY_MS = 1000

export interface FakePresenceOptions {
  clock: Clock
  /** connections above which the list is given up */
  most: number
  /** To one connection that said hello; nobody there: nothing happens. */
  tell(conn: string, frame: PresenceFrame): void
}

export class FakePresence {
  readonly #options: FakePresenceOptions
  /** every connection, also those that never said hello: they count, and are not listed */
  readonly #open = new Set<string>()
  readonly #peers = new Map<string, Peer>()
  #isCrowded = false
  #countedAtMs = Number.NEGATIVE_INFINITY
  #countTimer: unknown

  constructor(options: FakePresenceOptions) {
    this.#options = options
  }

  get connections(): number {
    return this.#open.size
  }

  enter(conn: string): void {
    this.#open.add(conn)
    if (this.#open.size > this.#options.most) this.#isCrowded = true
    if (this.#isCrowded) this.#count()
  }

  /** What this connection may know of the others. */
  others(conn: string): Peer[] {
    if (this.#isCrowded) return []
    return [...this.#peers.values()].filter((peer) => peer.conn !== conn)
  }

  /** Harmless when repeated. */
  join(peer: Peer): void {
    if (this.#peers.has(peer.conn)) return
    this.#open.add(peer.conn)
    this.#peers.set(peer.conn, peer)
    if (this.#open.size > this.#options.most) this.#isCrowded = true
    if (this.#isCrowded) this.#count()
    else this.#tellOthers('join', peer)
  }

  /** Harmless when repeated (W14). */
  leave(conn: string): void {
    this.#open.delete(conn)
    const peer = this.#peers.get(conn)
    this.#peers.delete(conn)
    if (!this.#isCrowded) peer && this.#tellOthers('leave', peer)
    else if (this.#open.size > this.#options.most * 0.9) this.#count()
    else this.#list()
  }

  setState(conn: string, state: Peer['state']): void {
    const peer = this.#peers.get(conn)
    if (!peer) return
    peer.state = state
    if (!this.#isCrowded) this.#tellOthers('state', peer)
  }

  #tellOthers(op: 'join' | 'leave' | 'state', peer: Peer): void {
    const frame = { type: 'presence', op, peer, connections: this.#open.size } as const
    for (const conn of this.#peers.keys()) if (conn !== peer.conn) this.#options.tell(conn, frame)
  }

  #list(): void {
    this.#isCrowded = false
    this.#options.clock.clearTimeout(this.#countTimer)
    this.#countTimer = undefined
    for (const conn of this.#peers.keys()) {
      const peers = this.others(conn)
      const connections = this.#open.size
      this.#options.tell(conn, { type: 'presence', op: 'list', peers, connections })
    }
  }

  #count(): void {
    if (this.#countTimer !== undefined) return
    const { clock, tell } = this.#options
    const waitMs = Math.max(0, this.#countedAtMs + COUNT_EVERY_MS - clock.now())
    this.#countTimer = clock.setTimeout(() => {
      this.#countTimer = undefined
      this.#countedAtMs = clock.now()
      const frame = { type: 'presence', op: 'count', connections: this.#open.size } as const
      for (const conn of this.#peers.keys()) tell(conn, frame)
    }, waitMs)
  }
}
