/**
 * What the server of a world really has stored, now and before: all that a client may show.
 *
 * Reads the log only when something may have changed, because every reading is a copy.
 */

import type { Message, Part } from '@session-kit/ui-kit/protocol'
import type { FakeSession } from '@session-kit/ui-kit/testing'

export class Truth {
  /** ascending pos */
  messages: readonly Message[] = []
  /** ids of messages that code in the Worker has changed */
  readonly edited = new Set<string>()
  /** frames of growing text were lost or changed places: an earlier part may lack its end */
  hasHoles = false
  readonly prunedIds = new Set<string>()
  readonly #room: FakeSession
  #byId = new Map<string, Message>()
  /** every finished version that was seen, by id and seq */
  readonly #versions = new Map<string, string>()
  readonly #everIds = new Set<string>()
  /** by cid: authors under whom it was stored */
  readonly #stored = new Map<string, Set<string>>()
  /** full answers, by the id of the message or of what it answers */
  readonly #scripts = new Map<string, (readonly Part[])[]>()
  #mark = ''

  constructor(room: FakeSession) {
    this.#room = room
  }

  get epoch(): string {
    return this.#room.epoch
  }

  get head(): number {
    return this.#room.head
  }

  /** @param said something that differs after whatever made a text grow */
  refresh(said: number): void {
    const mark = `${this.#room.epoch} ${this.#room.head} ${said}`
    if (mark === this.#mark) return
    this.#mark = mark
    this.messages = this.#room.messages
    this.#byId = new Map(this.messages.map((message) => [message.id, message]))
    for (const message of this.messages) this.#remember(message)
  }

  /** Retention: clients are not told, and may show it still. */
  pruned(): void {
    this.#mark = ''
    const left = new Set(this.#room.messages.map(({ id }) => id))
    for (const { id } of this.messages) if (!left.has(id)) this.prunedIds.add(id)
  }

  get(id: string): Message | undefined {
    return this.#byId.get(id)
  }

  wasHere(id: string): boolean {
    return this.#everIds.has(id)
  }

  wasStored(cid: string): boolean {
    return this.#stored.has(cid)
  }

  version(id: string, seq: number): string | undefined {
    return this.#versions.get(`${id} ${seq}`)
  }

  script(id: string, answer: readonly Part[]): void {
    this.#scripts.set(id, [...(this.#scripts.get(id) ?? []), answer])
  }

  /** Whether some answer that was really given begins like this. */
  isSpoken({ id, replyTo, parts }: Pick<Message, 'id' | 'replyTo' | 'parts'>): boolean {
    const scripts = [...(this.#scripts.get(id) ?? []), ...(this.#scripts.get(replyTo ?? '') ?? [])]
    return parts.length === 0 || scripts.some((script) => this.isBeginning(parts, script))
  }

  /** Whether `parts` are the beginning of `whole`: each before the last is complete. */
  isBeginning(parts: readonly Part[], whole: readonly Part[]): boolean {
    return (
      parts.length <= whole.length &&
      parts.every((part, index) => {
        const other = whole[index]
        if (other?.type !== part.type) return false
        if (part.type === 'tool' && other.type === 'tool') return part.callId === other.callId
        if (!('text' in part) || !('text' in other)) return true
        const isOpen = index === parts.length - 1 || this.hasHoles
        return isOpen ? other.text.startsWith(part.text) : part.text === other.text
      })
    )
  }

  #remember(message: Message): void {
    const { author, cid, id, seq, state } = message
    this.#everIds.add(id)
    if (cid !== undefined)
      this.#stored.set(cid, (this.#stored.get(cid) ?? new Set()).add(author.id))
    if (state === 'streaming') return
    const key = `${id} ${seq}`
    if (!this.#versions.has(key)) this.#versions.set(key, JSON.stringify(message))
  }
}
