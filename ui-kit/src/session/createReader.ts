/**
 * Takes what the server says to those whom it concerns, frame by frame, in order.
 *
 * Never throws: text that is no JSON, and a frame that is not what its type promises,
 * count as something lost (W3). Decides when what was read is shown: with the next
 * frame, or at once when an answer ended or the server's word came for this person.
 */

import {
  type AckFrame,
  decodeServerFrames,
  type Limits,
  type Message,
  type ServerFrame,
} from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import { applyPresence, samePeers } from './applyPresence.ts'
import type { Delivery } from './createDelivery.ts'
import type { Feed } from './createFeed.ts'
import type { Follower } from './createFollower.ts'
import type { Pager } from './createPager.ts'
import { SessionError } from './Session.ts'

export interface ReaderPorts {
  clock: Clock
  feed: Feed
  follower: Follower
  delivery: Delivery
  pager: Pager
  /** who we are is in the feed's state */
  onWelcome(limits: Limits): void
  onAck(ack: AckFrame): void
  onEcho(data: unknown, from: string): void
}

type FrameOf<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>

/** Of what each commit and each wait is reckoned with; whoever lacks it can't be read. */
function check(isFit: boolean) {
  if (!isFit) throw new TypeError('a frame lacks what it promises')
}

export function createReader(ports: ReaderPorts): (text: string) => void {
  const { feed, follower, delivery, pager } = ports
  let isUrgent = false

  function welcomed({ you, peers, connections, status, limits }: FrameOf<'welcome'>) {
    check(typeof you.user.id === 'string' && connections >= 0 && !!status.state)
    feed.patch({
      you,
      peers: samePeers(feed.state().peers, peers, you.conn, ports.clock.now()),
      connections,
      agent: status,
    })
    ports.onWelcome(limits)
    follower.welcomed()
  }

  function failed(frame: FrameOf<'error'>) {
    const { code, message, ref, waitMs = 1_000 } = frame
    // What was said before that hello and has no answer was not received (W5).
    if (code === 'hello_required') return follower.gap()
    if (ref !== undefined) {
      if (pager.isExpected(ref)) {
        if (code === 'rate_limited') return pager.later(waitMs)
        return pager.fail(new SessionError(code, message))
      }
      delivery.nacked({ ...frame, cid: ref, retryable: code === 'rate_limited' })
    } else if (code === 'rate_limited') follower.refused(waitMs)
  }

  /** Of what was seen to grow; others come in crowds, and a frame's worth is one commit. */
  const isEnd = ({ id, state }: Message) =>
    state !== 'streaming' && feed.log.draft(feed.log.keyOf(id) ?? '')?.state === 'streaming'

  function take(frame: ServerFrame) {
    switch (frame.type) {
      case 'welcome':
        return welcomed(frame)
      case 'sync':
        isUrgent ||= !frame.more
        return follower.sync(frame)
      case 'msg':
        isUrgent ||= isEnd(frame.message)
        return follower.live(frame)
      case 'delta':
      case 'part':
        return follower.live(frame)
      case 'ack':
        isUrgent = true
        // Else the catch-up settles it.
        if (follower.isCurrent()) ports.onAck(frame)
        return
      case 'nack':
        isUrgent = true
        return delivery.nacked(frame)
      case 'page':
        if (!pager.isExpected(frame.ref)) return
        if (!follower.older(frame.messages)) return follower.gap()
        return pager.arrived(frame.hasOlder)
      case 'presence':
        check(frame.connections >= 0)
        return feed.patch({
          peers: applyPresence(
            feed.state().peers,
            frame,
            feed.state().you?.conn,
            ports.clock.now(),
          ),
          connections: frame.connections,
        })
      case 'status': {
        const { type: _, ...agent } = frame
        feed.patch({ agent })
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
