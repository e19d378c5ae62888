/**
 * Who is here, computed from the open sockets and never stored.
 *
 * In a small session everybody hears who comes, goes and changes; above
 * `limits.peers` connections only their number is told, at most once a second,
 * until there are again at most nine tenths of that. Which of the two a
 * connection was told last lies in its attachment.
 */

import type { Peer } from '@session-kit/ui-kit/protocol'
import type { Connection } from './Connection.ts'
import type { Flush } from './Flush.ts'
import type { Host } from './Host.ts'
import type { Outgoing } from './Outgoing.ts'

const COUNT_EVERY_MS = 1_000
const LIST_AGAIN_AT = 0.9

export class Presence {
  readonly #host: Host
  readonly #flush: Flush
  readonly #maxPeers: number
  #countedAtMs = 0
  #scheduled = false

  constructor(host: Host, flush: Flush, maxPeers: number) {
    this.#host = host
    this.#flush = flush
    this.#maxPeers = maxPeers
  }

  /** The other connections that said hello, at most as many as are listed. */
  peers(self?: Connection): Peer[] {
    const live = this.#open().filter((one) => one !== self && one.kept.phase === 'live')
    return live.slice(0, this.#maxPeers).map(peerOf)
  }

  connections(): number {
    return this.#open().length
  }

  /** What a connection is told from now on, when it says hello. */
  join(connection: Connection): void {
    const live = this.#open().filter((one) => one.kept.phase === 'live')
    connection.keep({
      listed: this.connections() <= this.#maxPeers && live.every((one) => one.kept.listed),
    })
  }

  /** Says that `connection` joined, left or changed its state. */
  tell(op: 'join' | 'leave' | 'state', connection: Connection, out: Outgoing): void {
    const open = this.#open()
    const live = open.filter((one) => one.kept.phase === 'live')
    const connections = open.length
    if (connections > this.#maxPeers) {
      for (const one of live) if (one.kept.listed) one.keep({ listed: false })
      if (op !== 'state') this.#tellCount(out)
    } else if (live.every((one) => one.kept.listed)) {
      const peer = peerOf(connection)
      out.toLive({ type: 'presence', op, peer, connections }, connection)
    } else if (connections <= this.#maxPeers * LIST_AGAIN_AT) {
      for (const one of live) {
        one.keep({ listed: true })
        out.to(one, { type: 'presence', op: 'list', peers: this.peers(one), connections })
      }
    } else if (op !== 'state') this.#tellCount(out)
  }

  #tellCount(out: Outgoing): void {
    if (this.#scheduled) return
    const nowMs = this.#host.now()
    const waitMs = this.#countedAtMs + COUNT_EVERY_MS - nowMs
    if (waitMs <= 0) {
      this.#countedAtMs = nowMs
      out.toLive({ type: 'presence', op: 'count', connections: this.connections() })
      return
    }
    this.#scheduled = true
    this.#host.later(() => {
      this.#scheduled = false
      this.#flush.add({
        run: (later) => {
          // By then there may be so few that everybody was listed again.
          if (this.#open().some((one) => one.kept.phase === 'live' && !one.kept.listed))
            this.#tellCount(later)
        },
      })
      this.#flush.now()
    }, waitMs)
  }

  #open(): Connection[] {
    return this.#host.connections().filter((one) => one.kept.phase !== 'closed')
  }
}

const peerOf = ({ kept: { id, user, state } }: Connection): Peer => ({ conn: id, user, state })
