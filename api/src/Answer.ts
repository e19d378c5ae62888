/**
 * The parts of one streaming answer, and what of them is not stored yet.
 *
 * Merges what an agent yields between two flushes into at most one change a part
 * (W9), and never ends a change within a surrogate pair (W6). Pure.
 */

import { type Limits, MESSAGE_MARGIN, type Part, utf8Length } from '@session-kit/ui-kit/protocol'
import type { TurnEvent } from './Turn.ts'

/** `from` is the length that is stored already; a new part begins at 0. */
export type Change =
  | { kind: 'text'; part: number; type: 'text' | 'reasoning'; from: number; text: string }
  | { kind: 'part'; part: number; value: Part }

/** An answer would become larger than a message may be. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge'
  readonly code = 'too_large'
}

/** What is weighed against the limits of a message, as `isTooLarge` does it. */
interface Size {
  bytes: number
  jsonBytes: number
}

interface Slot {
  part: Part
  size: Size
  /** UTF-16 units of its text that were taken; -1 while the part itself was not */
  taken: number
}

export class Answer {
  readonly #limits: Pick<Limits, 'messageBytes' | 'serverFrameBytes'>
  readonly #slots: Slot[] = []
  #size: Size = { bytes: 0, jsonBytes: 0 }

  constructor(limits: Pick<Limits, 'messageBytes' | 'serverFrameBytes'>) {
    this.#limits = limits
  }

  /** @throws AnswerTooLarge; then the event was left out */
  add(event: TurnEvent): void {
    const part: Part = typeof event === 'string' ? { type: 'text', text: event } : event
    if (part.type === 'text' || part.type === 'reasoning') this.#append(part.type, part.text)
    else this.#put(part)
  }

  /** What is not stored yet; `last` gives out half a surrogate pair, too, as U+FFFD. */
  take(last = false): Change[] {
    const changes: Change[] = []
    for (const [index, slot] of this.#slots.entries()) {
      const { part, taken } = slot
      if (part.type === 'text' || part.type === 'reasoning') {
        const from = Math.max(0, taken)
        const isOpen = !last && index === this.#slots.length - 1
        const end = isOpen && endsInHalf(part.text) ? part.text.length - 1 : part.text.length
        if (end <= from) continue
        const text = part.text.slice(from, end).toWellFormed()
        changes.push({ kind: 'text', part: index, type: part.type, from, text })
        slot.taken = end
      } else if (taken < 0) {
        changes.push({ kind: 'part', part: index, value: part })
        slot.taken = 0
      }
    }
    return changes
  }

  #append(type: 'text' | 'reasoning', text: unknown): void {
    if (typeof text !== 'string') throw new TypeError(`session-kit: ${type} must be a string`)
    if (text === '') return
    const jsonBytes = utf8Length(JSON.stringify(text)) - 2
    const open = this.#slots.at(-1)
    const begins = open?.part.type !== type
    const wrapping = begins ? `{"type":"${type}","text":""},`.length : 0
    const size = { bytes: utf8Length(text), jsonBytes: jsonBytes + wrapping }
    this.#weigh(size)
    if (open && open.part.type === type) open.part.text += text
    else this.#slots.push({ part: { type, text }, size, taken: -1 })
  }

  #put(part: Part): void {
    const json = JSON.stringify(part)
    const bytes = utf8Length(json)
    const size = { bytes, jsonBytes: bytes + 1 }
    const index = this.#slots.findIndex((slot) => isSame(slot.part, part))
    this.#weigh(size, this.#slots[index]?.size)
    // A copy: the agent may go on changing the object that it yielded.
    const slot: Slot = { part: JSON.parse(json), size, taken: -1 }
    if (index < 0) this.#slots.push(slot)
    else this.#slots[index] = slot
  }

  #weigh(added: Size, instead: Size = { bytes: 0, jsonBytes: 0 }): void {
    const { messageBytes, serverFrameBytes } = this.#limits
    const bytes = this.#size.bytes + added.bytes - instead.bytes
    const jsonBytes = this.#size.jsonBytes + added.jsonBytes - instead.jsonBytes
    if (bytes > messageBytes || jsonBytes > serverFrameBytes - MESSAGE_MARGIN)
      throw new AnswerTooLarge(`the answer would exceed ${messageBytes} bytes`)
    this.#size = { bytes, jsonBytes }
  }
}

function isSame(a: Part, b: Part): boolean {
  if (a.type === 'tool' && b.type === 'tool') return a.callId === b.callId
  if (a.type === 'data' && b.type === 'data') return a.name === b.name
  return a.type === 'file' && b.type === 'file' && a.url === b.url
}

function endsInHalf(text: string): boolean {
  const unit = text.charCodeAt(text.length - 1)
  return unit >= 0xd800 && unit < 0xdc00
}
