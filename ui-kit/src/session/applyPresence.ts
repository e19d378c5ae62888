/** Who is here, after a presence frame. Pure; this connection is never among the peers. */

import type { Peer, PresenceFrame } from '../protocol/index.ts'
import type { SessionState } from './Session.ts'

type Peers = SessionState['peers']

export function applyPresence(
  peers: Peers,
  frame: PresenceFrame,
  ownConn: string | undefined,
  nowMs: number,
): Peers {
  if (frame.op === 'list') return samePeers(peers, frame.peers, ownConn, nowMs)
  // Too many to be named: an old list would be wrong from now on.
  if (frame.op === 'count') return []
  const { op, peer } = frame
  if (peer.conn === ownConn) return peers
  const index = peers.findIndex(({ conn }) => conn === peer.conn)
  if (op === 'leave') return index < 0 ? peers : peers.toSpliced(index, 1)
  const heard = { ...peer, heardAtMs: nowMs }
  return index < 0 ? [...peers, heard] : peers.with(index, heard)
}

/** A list that came anew: whoever did not change stays the same, so that nothing about them is news. */
export function samePeers(
  before: Peers,
  now: readonly Peer[],
  ownConn: string | undefined,
  nowMs: number,
): Peers {
  const known = new Map(before.map((peer) => [toText(peer), peer]))
  return now
    .filter(({ conn }) => conn !== ownConn)
    .map((peer) => known.get(toText(peer)) ?? { ...peer, heardAtMs: nowMs })
}

const toText = ({ conn, user, state }: Peer) => JSON.stringify([conn, user, state])
