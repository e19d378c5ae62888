/**
 * What a client knows of a session, put together strictly by the rules: every gap,
 * overlap or doubled frame is an error here, because nothing is lost on these lines.
 */

import type { Message, Part, ServerFrame } from '@session-kit/ui-kit/protocol'

export class Replica {
  epoch: string | undefined
  cursor = 0
  /** pos from which on nothing is missing */
  wholeFrom = 0
  readonly messages = new Map<string, Message>()
  #held: Message[] = []

  apply(frame: ServerFrame): void {
    switch (frame.type) {
      case 'sync': {
        this.#held.push(...frame.messages)
        if (frame.more) return
        if (frame.mode === 'snapshot') {
          this.messages.clear()
          const settled = this.#held.filter(({ state }) => state !== 'streaming')
          this.wholeFrom = Math.min(frame.to + 1, ...settled.map(({ pos }) => pos))
        } else if (frame.epoch !== this.epoch) throw new Error('a suffix of another epoch')
        for (const message of this.#held) this.messages.set(message.id, message)
        this.#held = []
        this.epoch = frame.epoch
        this.cursor = frame.to
        return
      }
      case 'msg': {
        if (frame.seq !== this.cursor + 1) throw new Error(`seq ${frame.seq} after ${this.cursor}`)
        const known = this.messages.get(frame.message.id)
        if (known) mustFollow(known, frame.message)
        this.cursor = frame.seq
        this.messages.set(frame.message.id, frame.message)
        return
      }
      case 'delta': {
        const part = this.#streaming(frame.id).parts[frame.part]
        if (!part || !('text' in part)) throw new Error('a delta to no text')
        if (frame.from !== part.text.length) throw new Error(`delta at ${frame.from}`)
        part.text += frame.text
        return
      }
      case 'part': {
        const { parts } = this.#streaming(frame.id)
        if (frame.part > parts.length) throw new Error(`part ${frame.part} of ${parts.length}`)
        parts[frame.part] = frame.value
        return
      }
      case 'reset':
        this.messages.clear()
        this.#held = []
        this.epoch = undefined
        this.cursor = 0
    }
  }

  /** The line is lost: a catch-up that wasn't whole never came (W3). */
  cut(): void {
    this.#held = []
  }

  list(): Message[] {
    return [...this.messages.values()].sort((a, b) => a.pos - b.pos)
  }

  #streaming(id: string): Message {
    const message = this.messages.get(id)
    if (message?.state !== 'streaming') throw new Error(`${id} does not stream`)
    return message
  }
}

/** An answer ends once (W7); what has ended can still be edited, and deleted, by the Worker. */
function mustFollow(known: Message, next: Message): void {
  if (known.state === 'streaming') mustContinue(known.parts, next.parts)
  else if (next.state !== 'deleted' && next.state !== known.state)
    throw new Error(`${known.id} ended twice`)
  if (known.state === 'deleted') throw new Error(`${known.id} came back`)
}

/** What was shown of an answer stays; a terminal state never takes text back (W7, W8). */
function mustContinue(seen: readonly Part[], final: readonly Part[]): void {
  for (const [index, part] of seen.entries()) {
    const last = final[index]
    if ('text' in part && !(last && 'text' in last && last.text.startsWith(part.text)))
      throw new Error('text that was shown is gone')
  }
}
