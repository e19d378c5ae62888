/**
 * Brings what was said to the server: once, in order, and no faster than it allows.
 *
 * Keeps W5 and the client's side of W12. An entry leaves its outbox only by the
 * server's word; it is sent again only after a catch-up or a refusal that allows it,
 * with the same cid. Everything else a client says (pages, cancels, presence) goes
 * through the same allowance. Knows no rows and no store.
 */

import {
  type ClientFrame,
  DEFAULT_LIMITS,
  type Limits,
  type Message,
  type NackFrame,
} from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import { createAllowance } from './createAllowance.ts'
import { OUTBOX_AGE_MS, type Outbox, type OutboxEntry } from './createOutbox.ts'
import type { Timers } from './createTimers.ts'
import { type Failure, SessionError } from './Session.ts'

export interface DeliveryPorts {
  clock: Clock
  timers: Timers
  outbox: Outbox
  /** ms since 1970 */
  wallMs(): number
  canSend(): boolean
  /** False: there is no socket. */
  sendText(text: string): boolean
  bufferedAmount(): number
  /** The server's answers don't fit what was sent: catch up, then send again. */
  onConfused(): void
  /** A send has no answer for 10 s. */
  onUnanswered(): void
  /** The entry's delivery changed; or it is gone. */
  onEntry(entry: OutboxEntry, isGone: boolean): void
}

export interface Delivery {
  limits(): Limits
  /** A promise for the server's word about this cid. A rejection counts as handled. */
  promise(cid: string): Promise<Message>
  /** Say something that is not stored; it waits for the allowance, and for the line. */
  say(frame: ClientFrame): void
  /** Say it now or never. */
  sayNow(text: string): void
  /** Send what may be sent by now; call it after answers were read. */
  pump(): void
  /** A new socket: the whole allowance, less its hello. */
  opened(): void
  /** Every hello costs. */
  helloSaid(): void
  /**
   * Who we are, and what is allowed. What was written before anybody told who we are is ours
   * (`ownerBefore`); entries of others, and those too old, are held back.
   */
  welcomed(limits: Limits, owner: string, ownerBefore: string): void
  /** After a catch-up: what has no answer by now was not received (W5). */
  synced(): void
  /** The server has it. Its row is the caller's business. */
  stored(cid: string, message: Message | undefined): void
  nacked(nack: Pick<NackFrame, 'cid' | 'code' | 'message' | 'retryable' | 'waitMs'>): void
  /** 1009: the largest send on its way was too large, however it was measured. */
  tooLarge(): void
  retry(entry: OutboxEntry, owner: string): void
  discard(entry: OutboxEntry): void
  /** Nothing more will be heard: reject every promise. */
  abandon(error: SessionError): void
}

const ANSWER_MS = 10_000
const REFUSED_MIN_MS = 1_000
const REFUSED_MAX_MS = 30_000

export function createDelivery(ports: DeliveryPorts): Delivery {
  const { clock, timers, outbox } = ports
  const promises = new Map<string, PromiseWithResolvers<Message>>()
  const allowance = createAllowance(clock, ports.bufferedAmount)
  let limits = DEFAULT_LIMITS
  let queue: ClientFrame[] = []
  /** After a refusal nothing is sent before every answer, or a catch-up, is in: nobody overtakes. */
  let waitingFor: 'nothing' | 'answers' | 'sync' = 'nothing'
  /** The cid that the server waits for before it takes any other (W12). */
  let refusedCid: string | undefined
  let refusedWaitMs = 0
  let holdUntilMs = 0

  const onTheWay = () => outbox.list().filter(({ delivery }) => delivery === 'sent')

  /** Sends, or sets the time to try again. */
  function hand(text: string): boolean {
    const waitMs = allowance.take(limits)
    if (waitMs > 0) timers.set('pump', waitMs, pump)
    return waitMs === 0 && ports.sendText(text)
  }

  function pump() {
    if (!ports.canSend()) return
    while (queue[0] && hand(JSON.stringify(queue[0]))) queue.shift()
    if (queue.length > 0) return
    let onWay = onTheWay().length
    if (waitingFor === 'answers' && onWay === 0) waitingFor = 'nothing'
    if (waitingFor !== 'nothing') return
    const holdMs = holdUntilMs - clock.now()
    if (holdMs > 0) return timers.set('pump', holdMs, pump)
    for (const entry of outbox.list()) {
      if (entry.delivery !== 'queued') continue
      if (onWay >= limits.inFlight || !hand(frameText(entry))) return
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
    const leftMs = oldest.sentAtMs + ANSWER_MS - clock.now()
    timers.set('answer', leftMs > 0 ? leftMs : ANSWER_MS, checkAnswers)
    if (leftMs <= 0) ports.onUnanswered()
  }

  function confused() {
    waitingFor = 'sync'
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

  function fail(entry: OutboxEntry, failure: Failure) {
    reject(entry.cid, new SessionError(failure.code, failure.message))
    // A wish for another answer has no row on which it could be shown as failed.
    if (entry.again !== undefined) return drop(entry)
    entry.delivery = 'failed'
    entry.failure = failure
    outbox.save(entry)
    ports.onEntry(entry, false)
  }

  function drop(entry: OutboxEntry) {
    outbox.remove(entry.cid)
    ports.onEntry(entry, true)
  }

  function reject(cid: string, error: SessionError) {
    promises.get(cid)?.reject(error)
    promises.delete(cid)
  }

  return {
    limits: () => limits,
    promise(cid) {
      const known = promises.get(cid) ?? Promise.withResolvers<Message>()
      promises.set(cid, known)
      known.promise.catch(() => {})
      return known.promise
    },
    say(frame) {
      if (frame.type === 'presence') queue = queue.filter(({ type }) => type !== 'presence')
      queue.push(frame)
      pump()
    },
    sayNow(text) {
      if (ports.canSend() && allowance.take(limits) === 0) ports.sendText(text)
    },
    pump,
    opened() {
      // A page is asked for anew, and presence is said anew, after the catch-up.
      queue = queue.filter(({ type }) => type === 'cancel')
      allowance.refill(limits)
      for (const name of ['pump', 'answer']) timers.clear(name)
    },
    helloSaid: () => allowance.payHello(limits),
    welcomed(given, owner, ownerBefore) {
      limits = given
      for (const entry of outbox.list()) {
        if (entry.owner === ownerBefore) {
          entry.owner = owner
          outbox.save(entry)
        }
        if (entry.failure?.code === 'other_identity' && entry.owner === owner) revive(entry)
        if (entry.delivery === 'failed') continue
        if (entry.owner !== owner)
          fail(entry, {
            code: 'other_identity',
            message: 'this was written by somebody else; discard it, or send it as yourself',
          })
        else if (ports.wallMs() - entry.createdAt > OUTBOX_AGE_MS)
          fail(entry, { code: 'expired', message: 'this was written more than 14 days ago' })
      }
    },
    synced() {
      for (const entry of onTheWay()) requeue(entry)
      waitingFor = 'nothing'
      refusedCid = undefined
      pump()
    },
    stored(cid, message) {
      if (!outbox.get(cid)) return
      if (cid === refusedCid) refusedCid = undefined
      refusedWaitMs = 0
      if (message) promises.get(cid)?.resolve(message)
      promises.delete(cid)
      outbox.remove(cid)
    },
    nacked({ cid, code, message, retryable, waitMs }) {
      const entry = outbox.get(cid)
      if (entry?.delivery !== 'sent') return
      if (!retryable) {
        if (cid === refusedCid) refusedCid = undefined
        fail(entry, { code, message })
      } else {
        requeue(entry)
        if (waitingFor === 'nothing') waitingFor = 'answers'
        if (code === 'order') {
          if (refusedCid === undefined) confused()
        } else {
          refusedCid ??= cid
          refusedWaitMs = Math.min(REFUSED_MAX_MS, Math.max(REFUSED_MIN_MS, refusedWaitMs * 2))
          holdUntilMs = clock.now() + (waitMs ?? refusedWaitMs)
        }
      }
    },
    tooLarge() {
      const [largest] = onTheWay().toSorted((a, b) => b.bytes - a.bytes)
      if (largest)
        fail(largest, {
          code: 'too_large',
          message: `the server takes no frame of ${largest.bytes} bytes`,
        })
    },
    retry(entry, owner) {
      entry.owner = owner
      entry.createdAt = ports.wallMs()
      revive(entry)
      pump()
    },
    discard(entry) {
      reject(entry.cid, new SessionError('discarded', 'the message was taken away'))
      drop(entry)
      // The server waits for exactly this cid before it takes any other (W12).
      if (entry.cid === refusedCid) confused()
      pump()
    },
    abandon(error) {
      queue = []
      for (const cid of [...promises.keys()]) reject(cid, error)
    },
  }
}

/** The frame that an entry becomes; the same text every time, so that a resend is no conflict. */
export function frameText({
  cid,
  parts,
  meta,
  again,
}: Pick<OutboxEntry, 'cid' | 'parts' | 'meta' | 'again'>): string {
  const frame: ClientFrame =
    again === undefined
      ? { type: 'send', cid, parts, ...(meta && { meta }) }
      : { type: 'again', cid, id: again }
  return JSON.stringify(frame)
}
