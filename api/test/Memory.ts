/**
 * What a client has to remember to outlive its sockets: what it knows, and what it said and
 * heard nothing of (W3, W5). To the test the sockets are one: what a catch-up brings after a
 * cut is shown as the changes that it stands for.
 */

import type { ServerFrame } from '@session-kit/ui-kit/protocol'
import { Replica } from './Replica.ts'

export class Memory {
  readonly #replica = new Replica()
  readonly #unanswered = new Map<unknown, object>()
  /** the hello that the test waits for */
  #asked: object | undefined
  /** what is to be known of it, on whichever socket */
  #state: object | undefined
  #hasEntered = false
  #held: ServerFrame[] = []

  said(value: unknown): void {
    if (typeof value !== 'object' || value === null || !('type' in value)) return
    if (value.type === 'hello') this.#asked = value
    if (value.type === 'presence') this.#state = value
    if ('cid' in value) this.#unanswered.set(value.cid, value)
    if ('ref' in value) this.#unanswered.set(value.ref, value)
  }

  /** What to say first on another socket; what was heard of an unfinished catch-up is void. */
  hello(): object | undefined {
    this.#held = []
    if (this.#asked || !this.#hasEntered) return this.#asked
    const { epoch, cursor } = this.#replica
    return { type: 'hello', v: 1, batch: true, epoch, cursor }
  }

  unanswered(): object[] {
    return [...(this.#state ? [this.#state] : []), ...this.#unanswered.values()]
  }

  /** @returns what the test gets to see */
  heard(frame: ServerFrame): ServerFrame[] {
    if (frame.type === 'ack' || frame.type === 'nack') this.#unanswered.delete(frame.cid)
    if (frame.type === 'page') this.#unanswered.delete(frame.ref)
    if (frame.type !== 'welcome' && frame.type !== 'sync') {
      this.#replica.apply(frame)
      return [frame]
    }
    this.#held.push(frame)
    if (frame.type === 'welcome' || frame.more) return []
    const caughtUp = this.#held
    const shown = this.#asked ? caughtUp : this.#changes(caughtUp)
    for (const one of caughtUp) this.#replica.apply(one)
    this.#held = []
    this.#asked = undefined
    this.#hasEntered = true
    return shown
  }

  #changes(caughtUp: readonly ServerFrame[]): ServerFrame[] {
    return caughtUp
      .flatMap((frame) => (frame.type === 'sync' ? frame.messages : []))
      .filter(({ id, seq }) => this.#replica.messages.get(id)?.seq !== seq)
      .sort((a, b) => a.seq - b.seq)
      .map((message) => ({ type: 'msg', seq: message.seq, message }))
  }
}
