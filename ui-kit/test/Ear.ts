/**
 * Listens in on the socket of one tab, and judges what its client says by the protocol's rules.
 *
 * W3: the cursor that a hello tells never runs ahead of what is shown. W5: a cid goes out again
 * only after a catch-up or a refusal. W12: no more sends unanswered than allowed, no flood, and
 * nothing behind a refused one before that has come again.
 */

import {
  type ClientFrame,
  DEFAULT_LIMITS,
  type Limits,
  type ServerFrame,
} from '../src/protocol/index.ts'
import type { FeedMessage } from '../src/session/Session.ts'
import type { SocketEar } from './createPageSocketClass.ts'
import type { Growth } from './Growth.ts'
import type { Truth } from './Truth.ts'

export interface EarPorts {
  truth: Truth
  rows(): readonly FeedMessage[]
  decode(text: string): readonly ServerFrame[]
  now(): number
  hit(what: string): void
  fail(rule: string, detail: string): void
  /** Its writer took it away: nobody waits for an answer any more. */
  isGivenUp(cid: string): boolean
  /** The log was replaced: rows may go. */
  replaced(): void
  /** Whom the server takes this tab for. */
  knows(userId: string): void
  /** A part of a catch-up has come, and more will. */
  caughtUpInPart(): void
  /** It sends a message. */
  sends(cid: string): void
}

export class Ear implements SocketEar {
  readonly #ports: EarPorts
  #limits: Limits | undefined
  /** sends without an answer on this socket */
  #unanswered = new Set<string>()
  /** cids that the last text answers: while it is read, one may go out before its answer is come to */
  readonly #answeredNow = new Set<string>()
  /** cid of a send that was refused and may come again: until then no other (W12) */
  #refused: string | undefined
  readonly #growth: Growth
  /** pos from which on the log that this tab was given has no hole */
  #wholeFrom = Number.POSITIVE_INFINITY
  /** the parts of a catch-up so far */
  #lowest = Number.POSITIVE_INFINITY
  #parts = 0
  /** of the catch-up: a hello was said, the welcome came, its last part came */
  #sync: 'asked' | 'welcomed' | 'complete' = 'asked'
  #pageRef: string | undefined
  #cursors = new Map<string, number>()
  #hellos = 0

  constructor(ports: EarPorts, growth: Growth) {
    this.#ports = ports
    this.#growth = growth
  }

  dialled(): void {
    this.#unanswered.clear()
    this.#growth.forget()
    this.#startSync()
    this.#hellos = 0
    this.#pageRef = undefined
  }

  closed(code: number, reason: string): void {
    this.#ports.hit(`close ${code}`)
    if (code === 4429 && reason.startsWith('rate_limited'))
      this.#ports.fail('flood', 'the server closed the line because of too many frames')
  }

  said(text: string): void {
    const frame: ClientFrame = JSON.parse(text)
    if (frame.type === 'hello') this.#hello(frame)
    else if (frame.type === 'page') this.#pageRef = frame.ref
    else if (frame.type === 'send' || frame.type === 'again') this.#send(frame.cid)
    this.#ports.hit(`said ${frame.type}`)
  }

  heard(text: string): void {
    this.#answeredNow.clear()
    for (const frame of this.#ports.decode(text)) this.#take(frame)
  }

  #hello({ epoch, cursor }: Extract<ClientFrame, { type: 'hello' }>): void {
    const { truth, rows, hit, fail, now } = this.#ports
    this.#hellos += 1
    this.#startSync()
    if (this.#hellos > 1) {
      this.#growth.saidHello(now())
      hit('said hello on a live socket')
    }
    if (epoch === undefined || cursor === undefined) {
      hit('said hello without a cursor')
      return
    }
    const before = this.#cursors.get(epoch) ?? 0
    if (cursor < before) fail('cursor', `it went back from ${before} to ${cursor}`)
    this.#cursors.set(epoch, cursor)
    if (epoch !== truth.epoch) {
      hit('said hello with an old epoch')
      return
    }
    if (cursor > truth.head) fail('cursor', `${cursor} is above the head ${truth.head}`)
    const seqs = new Map(rows().map((row) => [row.id, row.seq]))
    for (const { id, pos, seq } of truth.messages) {
      if (seq > cursor || pos < this.#wholeFrom) continue
      if ((seqs.get(id) ?? -1) < seq)
        fail('cursor', `${cursor} is told, and message ${id} at pos ${pos}, seq ${seq} isn't shown`)
    }
  }

  #send(cid: string): void {
    const { fail, isGivenUp, sends } = this.#ports
    sends(cid)
    if (this.#refused === cid) this.#refused = undefined
    if (this.#refused !== undefined)
      fail('order', `${cid} goes out, and ${this.#refused} was refused and has not come again`)
    if (this.#unanswered.has(cid)) fail('resend', `${cid} went out twice without an answer`)
    if (!this.#answeredNow.has(cid)) this.#unanswered.add(cid)
    for (const one of this.#unanswered) if (isGivenUp(one)) this.#unanswered.delete(one)
    const most = this.#limits?.inFlight ?? DEFAULT_LIMITS.inFlight
    if (this.#unanswered.size > most)
      fail('in flight', `${this.#unanswered.size} sends without an answer, allowed are ${most}`)
  }

  #startSync(): void {
    this.#lowest = Number.POSITIVE_INFINITY
    this.#parts = 0
    this.#refused = undefined
    this.#sync = 'asked'
  }

  #answered(cid = ''): void {
    this.#answeredNow.add(cid)
    this.#unanswered.delete(cid)
    if (this.#refused === cid) this.#refused = undefined
  }

  #take(frame: ServerFrame): void {
    const { hit, knows, now } = this.#ports
    hit(`heard ${frame.type}`)
    switch (frame.type) {
      case 'welcome':
        this.#limits = frame.limits
        knows(frame.you.user.id)
        if (this.#sync === 'asked') this.#sync = 'welcomed'
        break
      case 'sync':
        this.#catchUp(frame)
        break
      case 'page':
        if (frame.ref !== this.#pageRef) break
        this.#wholeFrom = Math.min(this.#wholeFrom, ...frame.messages.map(({ pos }) => pos))
        break
      case 'reset':
        this.#wholeFrom = Number.POSITIVE_INFINITY
        this.#growth.forget()
        this.#ports.replaced()
        break
      case 'ack':
        hit(frame.dup ? 'an ack of what was stored before' : 'an ack')
        this.#answered(frame.cid)
        break
      case 'nack':
        hit(`nack ${frame.code} ${frame.retryable ? 'for now' : 'for good'}`)
        if (this.#unanswered.delete(frame.cid) && frame.retryable) this.#refused ??= frame.cid
        break
      case 'error':
        hit(`error ${frame.code}`)
        this.#unanswered.delete(frame.ref ?? '')
        break
      case 'delta':
        if (this.#sync === 'complete') this.#growth.heard(frame, now())
        break
      case 'msg':
        hit(`msg ${frame.message.state}`)
        // Its copy is an answer, too.
        this.#answered(frame.message.cid)
        break
      default:
    }
  }

  #catchUp({ mode, more, messages, to }: Extract<ServerFrame, { type: 'sync' }>): void {
    const { caughtUpInPart, hit, replaced } = this.#ports
    this.#parts += 1
    const settled = messages.filter(({ state }) => state !== 'streaming')
    this.#lowest = Math.min(this.#lowest, ...settled.map(({ pos }) => pos))
    if (more) {
      caughtUpInPart()
      return
    }
    const isWhole = this.#sync === 'welcomed'
    hit(`sync ${mode}${this.#parts > 1 ? ' in parts' : ''}`)
    if (mode === 'snapshot') {
      this.#wholeFrom = Math.min(to + 1, this.#lowest)
      replaced()
    }
    this.#unanswered.clear()
    this.#startSync()
    if (isWhole) this.#sync = 'complete'
  }
}
