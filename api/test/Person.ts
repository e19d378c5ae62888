/** One person of a random world: a secret, a line that comes and goes, and what is known from it. */

import type { Message, ServerFrame } from '@session-kit/ui-kit/protocol'
import { outliving } from './Life.ts'
import { Replica } from './Replica.ts'
import { TestClient } from './TestClient.ts'

export class Person {
  readonly name: string
  readonly session: string
  replica = new Replica()
  client!: TestClient
  #applied = 0

  constructor(session: string, name: string) {
    this.session = session
    this.name = name
  }

  /** On a line of its own, from where it stands unless `hello` says otherwise. */
  async enter() {
    const query = `guest=the-secret-of-${this.name}`
    this.client = await outliving(() => TestClient.connect(this.session, { query }))
    this.#applied = 0
    return this.hello()
  }

  async hello(fields?: object) {
    this.apply()
    const { epoch, cursor } = this.replica
    const caughtUp = await this.client.hello(fields ?? (epoch ? { epoch, cursor } : {}))
    this.apply()
    return caughtUp
  }

  /** Waits until the line is gone; what came over it is known. */
  async leave(): Promise<{ code: number; reason: string }> {
    const close = await this.client.getClosed()
    this.apply()
    this.replica.cut()
    return close
  }

  answerTo(cid: string): Promise<Extract<ServerFrame, { type: 'ack' | 'nack' }>> {
    return this.client.getAny(['ack', 'nack'], (frame) => frame.cid === cid)
  }

  /** Everything that came until now; a replica throws at what breaks the rules. */
  apply(): void {
    const { frames } = this.client
    while (this.#applied < frames.length) {
      const frame = frames[this.#applied++]
      if (frame) this.replica.apply(frame)
    }
  }

  async list(): Promise<Message[]> {
    await this.client.settle()
    this.apply()
    return this.replica.list()
  }
}
