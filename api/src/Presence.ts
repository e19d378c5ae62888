/**
 * Who is here, computed from the open sockets and never stored.
 *
 * In a small session everybody hears who comes, goes and changes; above
 * `limits.peers` connections only their number is told, at most once a second,
 * until there are again at most nine tenths of that. Which of the two a
 * connection was told last lies in its attachment.
 */

import { type Limits, type Peer, utf8Length } from '@session-kit/ui-kit/protocol'
import { type Connection, isSilent } from './Connection.ts'
import type { Flush } from './Flush.ts'
import type { Host } from './Host.ts'
import type { Keeper } from './Keeper.ts'
import type { Outgoing } from './Outgoing.ts'

const COUNT_EVERY_MS = 1_000
/** A crowd is looked through for those who say nothing at most once in this time. */
const LOOK_EVERY_MS = 60_000
const LIST_AGAIN_AT = 0.9
/** Room for the fields around the peers of a frame. */
const ENVELOPE_BYTES = 5_120

/** A peer as it stands in a list. */
interface Listing {
  connection: Connection
  json: string
  bytes: number
}

export class Presence {
  readonly #host: Host
  readonly #flush: Flush
  readonly #keeper: Keeper
  readonly #limits: Limits
  /** All that have not left, in memory: the runtime makes its list anew each time it is asked. */
  #known: Set<Connection> | undefined
  /** Nobody is listed, as the last look at everybody found; spares a crowd that look. */
  #isCounting = false
  /** by `kept`, which is replaced when it changes */
  readonly #listed = new WeakMap<object, Listing>()
  #countedAtMs = 0
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #scheduled = false

  constructor(host: Host, flush: Flush, keeper: Keeper, limits: Limits) {
    this.#host = host
    this.#flush = flush
    this.#keeper = keeper
    this.#limits = limits
  }

  /** Returns how to forget what a flush that fails would have told. */
  mark(): () => void {
    const [isCounting, countedAtMs] = [this.#isCounting, this.#countedAtMs]
    return () => {
      this.#isCounting = isCounting
      this.#countedAtMs = countedAtMs
    }
  }

  entered(connection: Connection): void {
    this.#open().add(connection)
    if (this.#isCrowded()) this.#leaveOutSilent()
  }

  /** It says something, and so it is here, however long it was silent. */
  heard(connection: Connection): void {
    const open = this.#open()
    if (open.has(connection)) return
    open.add(connection)
    this.#flush.soon({ run: (out) => this.count(true, out) })
  }

  /**
   * The other connections that said hello, as many as fit into a frame. None in a crowd: who is
   * told of all those forgets them at the count that follows.
   */
  peers(self: Connection): Peer[] {
    if (this.#isCrowded()) return []
    return this.#others(self, this.#listings()).map(({ connection }) => peerOf(connection))
  }

  connections(): number {
    return this.#open().size
  }

  /** What a connection is told from now on, when it says hello. */
  join(connection: Connection): void {
    const listed = !this.#isCrowded() && this.#live().every((one) => one.kept.listed)
    this.#keeper.keep(connection, { listed })
    if (listed) this.#isCounting = false
  }

  /** Closes a connection from this side. */
  drop(connection: Connection, code: number, reason: string): void {
    this.leave(connection, code, reason)
    connection.close(code, reason)
  }

  /** It is over: everybody is told once (W14). */
  leave(connection: Connection, code: number, reason: string): void {
    const { phase, session, sinceMs } = connection.kept
    if (phase === 'closed') return
    connection.keep({ phase: 'closed', closedAtMs: this.#host.now() })
    this.#open().delete(connection)
    const connections = this.connections()
    const durationMs = sinceMs === undefined ? 0 : this.#host.now() - sinceMs
    const { counts } = connection
    this.#host.tell({
      type: 'connection.end',
      session,
      code,
      reason,
      durationMs,
      ...counts,
      connections,
    })
    this.#flush.soon({
      run: (out) => {
        if (phase === 'live') this.tell('leave', connection, out)
        else this.count(true, out)
      },
    })
  }

  /** Says that `connection` joined, left or changed its state. */
  tell(op: 'join' | 'leave' | 'state', connection: Connection, out: Outgoing): void {
    const connections = this.connections()
    if (this.count(op === 'leave', out))
      out.toLive({ type: 'presence', op, peer: peerOf(connection), connections }, connection)
    // The others know since its socket opened.
    else if (op === 'join' && !connection.kept.listed)
      out.to(connection, { type: 'presence', op: 'count', connections })
  }

  /**
   * Ends the list where there are too many, and begins it where there are few enough again; in
   * between says how many there are, if that `isNew`. True: the list goes on.
   */
  count(isNew: boolean, out: Outgoing): boolean {
    if (this.#isCounting && this.#isCrowded()) {
      if (isNew) this.#tellCount(out)
      return false
    }
    const connections = this.connections()
    const live = this.#live()
    const listed = live.filter((one) => one.kept.listed)
    if (!this.#isCrowded() && listed.length === live.length) return true
    if (connections <= this.#limits.peers * LIST_AGAIN_AT) {
      this.#isCounting = false
      const listings = this.#listings()
      for (const one of live) {
        this.#keeper.keep(one, { listed: true })
        const peers = this.#others(one, listings).map(({ json }) => json)
        const fields = `"op":"list","peers":[${peers.join(',')}],"connections":${connections}`
        out.to(one, `{"type":"presence",${fields}}`)
      }
      return false
    }
    for (const one of listed) this.#keeper.keep(one, { listed: false })
    this.#isCounting = live.length > 0
    if (live.length > 0 && (isNew || listed.length > 0)) this.#tellCount(out)
    return false
  }

  #tellCount(out: Outgoing): void {
    if (this.#scheduled) return
    const nowMs = this.#host.now()
    const waitMs = Math.min(COUNT_EVERY_MS, this.#countedAtMs + COUNT_EVERY_MS - nowMs)
    if (waitMs <= 0) {
      this.#countedAtMs = nowMs
      out.toLive({ type: 'presence', op: 'count', connections: this.connections() })
      return
    }
    this.#scheduled = true
    this.#host.later(() => {
      this.#scheduled = false
      // The wait is over, wherever the clock has gone meanwhile.
      this.#countedAtMs = Number.NEGATIVE_INFINITY
      this.#flush.add({
        run: (later) => {
          // By then there may be so few that everybody was listed again.
          if (this.#live().some((one) => !one.kept.listed)) this.#tellCount(later)
        },
      })
      this.#flush.now()
    }, waitMs)
  }

  /** As many as may be told of, and one more: nobody is told of himself. */
  #listings(): Listing[] {
    const listings: Listing[] = []
    for (const connection of this.#open()) {
      if (connection.kept.phase !== 'live') continue
      listings.push(this.#listing(connection))
      if (listings.length > this.#limits.peers) break
    }
    return listings
  }

  /** Encoded once, for however many it is listed to. */
  #listing(connection: Connection): Listing {
    const known = this.#listed.get(connection.kept)
    if (known) return known
    const json = JSON.stringify(peerOf(connection))
    const listing = { connection, json, bytes: utf8Length(json) + 1 }
    this.#listed.set(connection.kept, listing)
    return listing
  }

  #others(self: Connection, listings: readonly Listing[]): Listing[] {
    let left = this.#limits.serverFrameBytes - ENVELOPE_BYTES
    const others: Listing[] = []
    for (const listing of listings) {
      if (listing.connection === self) continue
      left -= listing.bytes
      if (left < 0 || others.length === this.#limits.peers) break
      others.push(listing)
    }
    return others
  }

  /** Lines that broke while they opened would make a crowd for ever; nobody is closed for it. */
  #leaveOutSilent(): void {
    const nowMs = this.#host.now()
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return
    this.#lookedAtMs = nowMs
    const open = this.#open()
    for (const one of open) if (isSilent(one, nowMs)) open.delete(one)
  }

  #isCrowded(): boolean {
    return this.connections() > this.#limits.peers
  }

  #live(): Connection[] {
    return [...this.#open()].filter((one) => one.kept.phase === 'live')
  }

  #open(): Set<Connection> {
    if (this.#known) return this.#known
    const nowMs = this.#host.now()
    const isHere = (one: Connection) => one.kept.phase !== 'closed' && !isSilent(one, nowMs)
    this.#known = new Set(this.#host.connections().filter(isHere))
    return this.#known
  }
}

const peerOf = ({ kept: { id, user, state } }: Connection): Peer => ({ conn: id, user, state })
