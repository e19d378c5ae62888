/** Who is here, after a presence frame. Pure; this connection is never among the peers. */

import type { Peer, PresenceFrame } from '../protocol/index.ts'

export function applyPresence(
  peers: readonly Peer[],
  frame: PresenceFrame,
  ownConn: string | undefined,
): readonly Peer[] {
  if (frame.op === 'list') return samePeers(peers, frame.peers, ownConn)
  // Too many to be named: an old list would be wrong from now on.
  if (frame.op === 'count') return []
  const { op, peer } = frame
  if (peer.conn === ownConn) return peers
  const index = peers.findIndex(({ conn }) => conn === peer.conn)
  if (op !== 'leave') return index < 0 ? [...peers, peer] : peers.with(index, peer)
  return index < 0 ? peers : peers.toSpliced(index, 1)
}

/** A list that came anew: whoever did not change stays the same, so that nothing about them is news. */
export function samePeers(
  before: readonly Peer[],
  now: readonly Peer[],
  ownConn: string | undefined,
): readonly Peer[] {
  const known = new Map(before.map((peer) => [JSON.stringify(peer), peer]))
  return now
    .filter(({ conn }) => conn !== ownConn)
    .map((peer) => known.get(JSON.stringify(peer)) ?? peer)
}
