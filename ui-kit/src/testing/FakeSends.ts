/**
 * What bears a cid: `send` and `again`, stored once, in order, or refused (W2, W5, W12).
 */

import {
  type AgainFrame,
  isTooLarge,
  type Limits,
  type NackCode,
  type SendFrame,
  type ServerFrame,
} from '../protocol/index.ts'
import type { FakeLog } from './FakeLog.ts'
import { type FakeMember, tell } from './FakeMember.ts'
import type { FakeTurns } from './FakeTurns.ts'

/** A refusal that a test has ordered. */
export interface FakeNack {
  code: NackCode
  waitMs?: number
  /** by the code, unless given */
  retryable?: boolean
}

export interface FakeSendsOptions {
  limits: Limits
  log: FakeLog
  turns: FakeTurns
  /** for the sends to come; shared by all rooms of a server */
  nacks: FakeNack[]
  broadcast(frame: ServerFrame): void
}

/** Nacks after which the same send may succeed. */
const RETRYABLE: readonly NackCode[] = ['storage', 'rate_limited', 'order']

const BUSY = 'too many messages wait for an answer; send it again when some have got theirs'

export const FULL = 'the session has no room left'

export const tooLarge = ({ messageBytes }: Limits): string =>
  `a message has at most ${messageBytes} bytes`

export class FakeSends {
  readonly #options: FakeSendsOptions

  constructor(options: FakeSendsOptions) {
    this.#options = options
  }

  send(member: FakeMember, { cid, parts, meta }: SendFrame): void {
    const content = JSON.stringify({ parts, meta }, sorted)
    if (!this.#mayStore(member, cid, content, { parts, meta })) return
    const { broadcast, log, turns } = this.#options
    if (turns.isFull(member.user.id)) {
      this.#busy(member, cid)
      return
    }
    const message = log.add({
      role: 'user',
      author: member.user,
      cid,
      state: 'done',
      parts,
      ...(meta && { meta }),
    })
    log.remember(member.user.id, cid, { content, id: message.id, seq: message.seq })
    broadcast({ type: 'msg', seq: message.seq, message })
    tell(member, { type: 'ack', cid, id: message.id, seq: message.seq, dup: false })
    turns.want(message.id, member.user.id)
  }

  again(member: FakeMember, { cid, id }: AgainFrame): void {
    const content = `again ${id}`
    if (!this.#mayStore(member, cid, content)) return
    const { log, turns } = this.#options
    const { id: author } = member.user
    const answer = log.get(id)
    const asked = answer?.replyTo === undefined ? undefined : log.get(answer.replyTo)
    if (!turns.hasAgent) this.nack(member, cid, 'forbidden', 'this session has no agent')
    else if (!asked || asked.state === 'deleted')
      this.nack(member, cid, 'not_found', 'there is no answer with this id')
    else if (turns.isWanted(asked.id))
      this.nack(member, cid, 'busy', 'this message has a turn already')
    else if (turns.isFull(author)) this.#busy(member, cid)
    else {
      log.remember(author, cid, { content, id: asked.id, seq: asked.seq })
      tell(member, { type: 'ack', cid, id: asked.id, seq: asked.seq, dup: false })
      turns.want(asked.id, author)
    }
  }

  nack(
    member: FakeMember,
    cid: string,
    code: NackCode,
    message: string,
    { waitMs, retryable = RETRYABLE.includes(code) }: Omit<FakeNack, 'code'> = {},
  ): void {
    if (retryable) member.blockedBy ??= cid
    tell(member, {
      type: 'nack',
      cid,
      code,
      message,
      retryable,
      ...(waitMs !== undefined && { waitMs }),
    })
  }

  /** Too fast: one is told so, and the later ones that it comes first (W12). */
  limited(member: FakeMember, cid: string, waitMs: number): void {
    if (isEarly(member, cid))
      this.nack(member, cid, 'order', `${member.blockedBy} comes first`, { waitMs })
    else this.nack(member, cid, 'rate_limited', 'too many frames', { waitMs })
  }

  #busy(member: FakeMember, cid: string): void {
    this.nack(member, cid, 'busy', BUSY, { retryable: true })
  }

  /** Who may, in which order, and only once. What may not is answered here. */
  #mayStore(
    member: FakeMember,
    cid: string,
    content: string,
    message?: Pick<SendFrame, 'parts'> & { meta: SendFrame['meta'] | undefined },
  ): boolean {
    const { limits, log, nacks } = this.#options
    const refuse = (code: NackCode, message: string, more?: Omit<FakeNack, 'code'>) => {
      this.nack(member, cid, code, message, more)
      return false
    }
    if (isEarly(member, cid)) return refuse('order', `${member.blockedBy} comes first`)
    if (member.role === 'viewer') return refuse('forbidden', 'a viewer can only read')
    delete member.blockedBy
    if (message && isTooLarge(message, limits)) return refuse('too_large', tooLarge(limits))
    const receipt = log.receipt(member.user.id, cid)
    if (receipt && receipt.content !== content)
      return refuse('conflict', 'this cid was sent before, with other content')
    if (receipt) {
      const { id, seq } = receipt
      tell(member, { type: 'ack', cid, id, seq, dup: true })
      return false
    }
    if (log.size >= limits.storageBytes) return refuse('full', FULL)
    const nack = nacks.shift()
    return nack ? refuse(nack.code, `refused by the test: ${nack.code}`, nack) : true
  }
}

const isEarly = ({ blockedBy }: FakeMember, cid: string): boolean =>
  blockedBy !== undefined && blockedBy !== cid

/** The order in which a client writes its keys is no content. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
