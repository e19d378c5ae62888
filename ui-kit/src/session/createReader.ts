/**
 * Takes what the server says to those whom it concerns, frame by frame, in order.
 *
 * Never throws: text that is no JSON, and a frame that is not what its type promises,
 * count as something lost (W3). Decides when what was read is shown: with the next
 * frame, or at once when a message ended or an answer came for this person.
 */

import { decodeServerFrames, type Message, type ServerFrame } from '../protocol/index.ts'
import { applyPresence, samePeers } from './applyPresence.ts'
import type { Delivery } from './createDelivery.ts'
import type { Feed } from './createFeed.ts'
import type { Follower } from './createFollower.ts'
import type { Outbox } from './createOutbox.ts'
import type { Pager } from './createPager.ts'
import { type FeedMessage, SessionError } from './Session.ts'

export interface ReaderPorts {
  feed: Feed
  follower: Follower
  delivery: Delivery
  outbox: Outbox
  pager: Pager
  onWelcome(): void
  onEcho(data: unknown, from: string): void
  /** whose words those are that were written before the first welcome */
  ownerBefore(): string
}

type FrameOf<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>

export function createReader(ports: ReaderPorts): (text: string) => void {
  const { feed, follower, delivery, outbox, pager } = ports
  let isUrgent = false

  /** The server's first word about a message of ours; its copy follows as a `msg`. */
  function acked({ cid, id, seq }: FrameOf<'ack'>) {
    isUrgent = true
    const row = feed.log.draft(cid)
    const known = feed.log.draft(feed.log.keyOf(id) ?? '')
    if (!row || row.delivery === 'stored') {
      // Asked for again: the answer has no row of its own yet.
      const again = outbox.get(cid)?.again ?? ''
      delivery.stored(cid, known ?? feed.log.draft(feed.log.keyOf(again) ?? ''))
      return
    }
    const { failure: _, ...pending } = row
    const stored: FeedMessage = { ...pending, id, pos: seq, seq: 0, delivery: 'stored' }
    delivery.stored(cid, { ...toMessage(stored), seq })
    // Stored long ago, before the part of the log that is here: older history will show it.
    if (seq <= follower.cursor()) feed.log.retain(({ key }) => key !== cid)
    else feed.log.put(stored)
  }

  function welcomed({ you, peers, connections, status, limits }: FrameOf<'welcome'>) {
    feed.patch({
      you,
      peers: samePeers(feed.state().peers, peers, you.conn),
      connections,
      agent: status,
    })
    delivery.welcomed(limits, you.user.id, ports.ownerBefore())
    ports.onWelcome()
    follower.welcomed()
  }

  function failed(frame: FrameOf<'error'>) {
    const { code, message, ref, waitMs } = frame
    // What was said before that hello and has no answer was not received (W5).
    if (code === 'hello_required') return follower.gap()
    if (ref !== undefined) {
      if (pager.isExpected(ref)) pager.fail(new SessionError(code, message))
      delivery.nacked({ ...frame, cid: ref, retryable: code === 'rate_limited' })
    } else if (code === 'rate_limited') follower.refused(waitMs ?? 1_000)
  }

  function take(frame: ServerFrame) {
    switch (frame.type) {
      case 'welcome':
        return welcomed(frame)
      case 'sync':
        isUrgent ||= !frame.more
        return follower.sync(frame)
      case 'msg':
        isUrgent ||= frame.message.state !== 'streaming'
        return follower.live(frame)
      case 'delta':
      case 'part':
        return follower.live(frame)
      case 'ack':
        return acked(frame)
      case 'nack':
        isUrgent = true
        return delivery.nacked(frame)
      case 'page':
        if (!pager.isExpected(frame.ref)) return
        if (!follower.older(frame.messages)) return follower.gap()
        feed.patch({ history: { phase: 'idle', hasOlder: frame.hasOlder } })
        feed.commit()
        return pager.arrived()
      case 'presence':
        return feed.patch({
          peers: applyPresence(feed.state().peers, frame, feed.state().you?.conn),
          connections: frame.connections,
        })
      case 'status': {
        const { state, detail } = frame
        feed.patch({ agent: detail === undefined ? { state } : { state, detail } })
        return follower.heard()
      }
      case 'reset':
        return follower.reset()
      case 'echo':
        return ports.onEcho(frame.data, frame.from)
      case 'error':
        return failed(frame)
    }
  }

  return (text) => {
    isUrgent = false
    const frames = decodeServerFrames(text)
    if (!frames) return follower.unreadable()
    for (const frame of frames) {
      try {
        take(frame)
      } catch {
        follower.unreadable()
      }
    }
    delivery.pump()
    if (isUrgent) feed.commit()
    else feed.commitSoon()
  }
}

const toMessage = ({ key: _, delivery: _delivery, ...message }: FeedMessage): Message => message
