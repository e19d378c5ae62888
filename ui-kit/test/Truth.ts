/**
 * What the server of a world really has stored, now and before: all that a client may show.
 *
 * What is stored never changes, it is replaced: the same object needs no second look.
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
  /** how often something came, went or changed, text that grows not counted */
  changes = 0
  readonly #room: FakeSession
  #byId = new Map<string, Message>()
  /** every finished version that was seen, by id and seq */
  readonly #versions = new Map<string, Message>()
  readonly #everIds = new Set<string>()
  readonly #everCids = new Set<string>()
  /** full answers, by the id of the message or of what it answers */
  readonly #scripts = new Map<string, (readonly Part[])[]>()
  readonly #texts = new WeakMap<Message, string>()
  /** of the room when it was read */
  #epoch = ''
  #head = 0
  #said = 0

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
    const { epoch, head } = this.#room
    if (epoch === this.#epoch && head === this.#head && said === this.#said) return
    // A wipe, or somebody pruned: what was read before is not where it was.
    if (epoch !== this.#epoch) this.#start([])
    this.#epoch = epoch
    this.#head = head
    this.#said = said
    const before = this.messages
    this.messages = this.#room.messages
    for (const [index, message] of this.messages.entries())
      if (message !== before[index]) this.#remember(message)
  }

  /** Retention: clients are not told, and may show it still. */
  pruned(): void {
    const left = this.#room.messages
    for (const { id } of this.messages)
      if (!left.some((message) => message.id === id)) this.prunedIds.add(id)
    this.#start(left)
  }

  get(id: string): Message | undefined {
    return this.#byId.get(id)
  }

  wasHere(id: string): boolean {
    return this.#everIds.has(id)
  }

  wasStored(cid: string): boolean {
    return this.#everCids.has(cid)
  }

  /** As JSON. */
  version(id: string, seq: number): string | undefined {
    const message = this.#versions.get(`${id} ${seq}`)
    return message && this.textOf(message)
  }

  /** JSON of something stored, which never changes. */
  textOf(message: Message): string {
    let text = this.#texts.get(message)
    if (text === undefined) {
      text = JSON.stringify(message)
      this.#texts.set(message, text)
    }
    return text
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

  #start(messages: readonly Message[]): void {
    this.changes += 1
    this.messages = messages
    this.#byId = new Map(messages.map((message) => [message.id, message]))
  }

  #remember(message: Message): void {
    const { cid, id, seq, state } = message
    this.#byId.set(id, message)
    this.#everIds.add(id)
    if (cid !== undefined) this.#everCids.add(cid)
    if (state === 'streaming') return
    this.changes += 1
    this.#versions.set(`${id} ${seq}`, message)
  }
}
