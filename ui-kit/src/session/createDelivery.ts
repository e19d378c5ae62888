/**
 * Brings what was said to the server: once, in order, and no faster than it allows.
 *
 * Keeps W5 and the client's side of W12. An entry leaves its outbox only by the
 * server's word; it is sent again only after a catch-up or a refusal that allows it,
 * with the same cid. Knows no rows and no store.
 */

import type { ErrorFrame, Limits, Message, NackFrame } from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import { type Outbox, type OutboxEntry, type Writer, whyHeld } from './createOutbox.ts'
import { createPromises } from './createPromises.ts'
import { createRefusal } from './createRefusal.ts'
import type { Speech } from './createSpeech.ts'
import type { Timers } from './createTimers.ts'
import { frameText } from './frameText.ts'
import { type Failure, SessionError } from './Session.ts'
import { whyTooLarge } from './tooLarge.ts'

export interface DeliveryPorts {
  clock: Clock
  timers: Timers
  outbox: Outbox
  speech: Speech
  /** ms since 1970 */
  wallMs(): number
  canSend(): boolean
  bufferedAmount(): number
  /** The server's answers don't fit what was sent: catch up, then send again. */
  onConfused(): void
  /** A send has no answer for 10 s. */
  onUnanswered(): void
  /** The entry's delivery changed; or it is gone. */
  onEntry(entry: OutboxEntry, isGone: boolean): void
}

export interface Delivery {
  /** A promise for the server's word about this cid. A rejection counts as handled. */
  promise(cid: string): Promise<Message>
  /** Send what may be sent by now; call it after answers were read. */
  pump(): void
  /** A new socket: what was waited for on the old one is over. */
  opened(): void
  /**
   * Who we are, and what is allowed. What was written before anybody told who we are is ours
   * (`ownerBefore`); entries of others, and those too old, are held back when they are `adopted`.
   */
  welcomed(limits: Limits, writer: Writer, ownerBefore: string): void
  /** Entries may have come: hold back what is not to be sent, send the others. */
  adopted(): void
  /** After a catch-up: what has no answer by now was not received (W5). */
  synced(): void
  /** The server has it. Its row is the caller's business. */
  stored(cid: string, message: Message | undefined): void
  nacked(
    nack: Pick<NackFrame, 'cid' | 'message' | 'retryable' | 'waitMs'> &
      Pick<NackFrame | ErrorFrame, 'type' | 'code'>,
  ): void
  /**
   * 1009: the largest send on its way was too large, however it was measured; unless a larger
   * broadcast was said on that socket.
   */
  tooLarge(): void
  retry(entry: OutboxEntry, writer: Writer): void
  discard(entry: OutboxEntry): void
  /** Nothing more will be heard: reject every promise. */
  abandon(error: SessionError): void
}

const ANSWER_MS = 10_000

const NOT_KEPT: Failure = {
  code: 'not_kept',
  message: 'the storage was emptied, or another tab has sent this; discard it, or send it',
}

export function createDelivery(ports: DeliveryPorts): Delivery {
  const { clock, timers, outbox, speech } = ports
  const promises = createPromises()
  const refusal = createRefusal(clock)
  /** known from the first welcome on */
  let who: { writer: Writer; before: string } | undefined

  const onTheWay = () => outbox.list().filter(({ delivery }) => delivery === 'sent')

  function pump() {
    if (!ports.canSend() || !speech.flush()) return
    pumpEntries()
    // However fast it changes, it takes only what messages leave (W12).
    speech.flushPresence()
  }

  function pumpEntries() {
    const limits = speech.limits()
    let onWay = onTheWay().length
    const pauseMs = refusal.pauseMs(onWay)
    if (pauseMs === Infinity) return
    if (pauseMs > 0) return timers.set('pump', pauseMs, pump)
    // Till the server has taken what it refused it takes nothing else (W12).
    const refused = outbox.list().filter(({ cid }) => refusal.isFor(cid))
    for (const entry of refused.length > 0 ? refused : outbox.list()) {
      if (entry.delivery !== 'queued' || isGone(entry)) continue
      if (refusal.pauseMs(onWay) === Infinity) return
      const problem = whyTooLarge(entry, limits)
      if (problem) {
        fail(entry, { code: 'too_large', message: problem })
        continue
      }
      if (onWay >= limits.inFlight || !speech.hand(frameText(entry))) return
      onWay++
      entry.delivery = 'sent'
      entry.sentAtMs = clock.now()
      if (!timers.has('answer')) timers.set('answer', ANSWER_MS, checkAnswers)
      ports.onEntry(entry, false)
    }
  }

  function checkAnswers() {
    const [oldest] = onTheWay()
    if (!oldest) return
    // An answer takes its time from when the words have left.
    if (ports.bufferedAmount() > 0) oldest.sentAtMs = clock.now()
    const leftMs = oldest.sentAtMs + ANSWER_MS - clock.now()
    timers.set('answer', leftMs > 0 ? leftMs : ANSWER_MS, checkAnswers)
    if (leftMs <= 0) ports.onUnanswered()
  }

  function confused() {
    refusal.awaitSync()
    ports.onConfused()
  }

  function requeue(entry: OutboxEntry) {
    entry.delivery = 'queued'
    ports.onEntry(entry, false)
  }

  function revive(entry: OutboxEntry) {
    delete entry.failure
    requeue(entry)
    outbox.save(entry)
  }

  /** The server waits for exactly this cid before it takes any other, and it won't come (W12). */
  function giveUp({ cid }: OutboxEntry) {
    if (refusal.isFor(cid)) confused()
  }

  function fail(entry: OutboxEntry, failure: Failure) {
    promises.reject(entry.cid, new SessionError(failure.code, failure.message))
    // A wish for another answer has no row on which it could be shown as failed.
    if (entry.again !== undefined) {
      outbox.remove(entry.cid)
      return gone(entry)
    }
    entry.delivery = 'failed'
    entry.failure = failure
    // Whoever logged out in another tab wiped it on purpose.
    if (failure !== NOT_KEPT) outbox.save(entry)
    ports.onEntry(entry, false)
    giveUp(entry)
  }

  function gone(entry: OutboxEntry) {
    ports.onEntry(entry, true)
    giveUp(entry)
  }

  /** What another tab sends, or discarded, is not sent by this one, nor what nobody knows of. */
  function isGone(entry: OutboxEntry) {
    const place = outbox.whereIs(entry, who?.writer.owner)
    if (place === 'elsewhere' || place === 'stored' || place === 'discarded') {
      if (place === 'discarded') promises.reject(entry.cid, takenAway())
      outbox.release(entry.cid)
      gone(entry)
    } else if (place === 'nowhere' && entry.delivery !== 'failed') fail(entry, NOT_KEPT)
    return place !== 'here'
  }

  /** Holds back what may not be sent. */
  function judge(entry: OutboxEntry) {
    if (!who) return
    const { before, writer } = who
    const { author, owner } = writer
    // Of what is nowhere the catch-up may tell.
    if (entry.owner === owner && outbox.whereIs(entry, owner) === 'nowhere') return
    if (isGone(entry)) return
    // It goes under the name by which the server knows them now.
    const isRenamed = entry.owner === owner && entry.author.name !== author.name
    if (entry.owner === before || isRenamed) {
      Object.assign(entry, writer)
      outbox.save(entry)
      ports.onEntry(entry, false)
    }
    if (isHeld(entry) && entry.owner === owner) revive(entry)
    const failure = entry.delivery !== 'failed' && whyHeld(entry, owner, ports.wallMs())
    if (failure) fail(entry, failure)
  }

  return {
    promise: promises.of,
    pump,
    opened() {
      speech.opened()
      timers.clear('answer')
    },
    welcomed(limits, writer, before) {
      speech.allow(limits)
      who = { writer, before }
    },
    adopted() {
      outbox.list().forEach(judge)
      pump()
    },
    synced() {
      for (const entry of outbox.list())
        if (!isGone(entry) && entry.delivery === 'sent') requeue(entry)
      refusal.synced()
      pump()
    },
    stored(cid, message) {
      promises.resolve(cid, message)
      if (!outbox.get(cid)) return
      refusal.settled(cid)
      outbox.remove(cid, message?.author.id)
    },
    nacked(nack) {
      const { cid, code, message } = nack
      const entry = outbox.get(cid)
      // It was taken away while it was under way, and the server waits for it to come again (W12).
      if (!entry && nack.type === 'nack' && nack.retryable) return confused()
      if (entry?.delivery !== 'sent') return
      if (nack.retryable) {
        requeue(entry)
        if (!refusal.refused(nack)) confused()
      } else {
        refusal.settled(cid)
        if (!isGone(entry)) fail(entry, { code, message })
      }
    },
    tooLarge() {
      const [largest] = onTheWay().toSorted((a, b) => b.bytes - a.bytes)
      if (largest && largest.bytes >= speech.broadcastBytes() && !isGone(largest))
        fail(largest, {
          code: 'too_large',
          message: `the server takes no frame of ${largest.bytes} bytes`,
        })
    },
    retry(entry, writer) {
      // What was not shown as somebody else's is not sent as one's own: it is shown so first.
      const isTaken = isHeld(entry)
      const place = outbox.whereIs(entry, who?.writer.owner)
      const isOwn = place === 'elsewhere' && entry.owner === writer.owner
      entry.delivery = 'queued'
      // Another page may have sent it, or nobody is to; one's own comes back from another tab.
      if ((isTaken || !(isOwn || place === 'nowhere')) && isGone(entry)) return
      if (isTaken) outbox.rename(entry, writer)
      entry.createdAt = ports.wallMs()
      revive(entry)
      judge(entry)
      pump()
    },
    discard(entry) {
      promises.reject(entry.cid, takenAway())
      outbox.discard(entry.cid)
      gone(entry)
      pump()
    },
    abandon(error) {
      speech.abandon()
      promises.rejectAll(error)
    },
  }
}

const isHeld = ({ failure }: OutboxEntry) =>
  ['other_identity', 'unknown_writer'].includes(failure?.code ?? '')

const takenAway = () => new SessionError('discarded', 'the message was taken away')
