/**
 * The parts of one streaming answer, and what of them is not stored yet.
 *
 * Merges what an agent yields between two flushes into at most one change a part
 * (W9), and never ends a change within a surrogate pair (W6). Text and reasoning go on
 * in the last part of their type, until a part of another kind stands behind it. Pure.
 */

import {
  type Limits,
  MESSAGE_MARGIN,
  type Part,
  type ReasoningPart,
  type TextPart,
  utf8Length,
} from '@session-kit/ui-kit/protocol'
import { cutText, endsInHalf } from './cutText.ts'
import { partOf } from './partOf.ts'
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

  /**
   * @throws AnswerTooLarge: of a text what fits was taken, and of another part nothing;
   * TypeError: it is no part
   */
  add(event: TurnEvent): void {
    const part = partOf(event)
    if (isGrowing(part)) this.#append(part.type, part.text)
    else this.#put(part)
  }

  /** Returns how to give back what was taken since. */
  mark(): () => void {
    const before = this.#slots.map((slot) => [slot, slot.taken] as const)
    return () => {
      for (const [slot, taken] of before) slot.taken = taken
    }
  }

  /** What is not stored yet; `last` gives out half a surrogate pair, too, as U+FFFD. */
  take(last = false): Change[] {
    const changes: Change[] = []
    const openFrom = last ? this.#slots.length : this.#openFrom()
    for (const [index, slot] of this.#slots.entries()) {
      const { part, taken } = slot
      if (!isGrowing(part)) {
        if (taken >= 0) continue
        changes.push({ kind: 'part', part: index, value: part })
        slot.taken = 0
        continue
      }
      const isHeld = index >= openFrom && endsInHalf(part.text)
      const end = part.text.length - (isHeld ? 1 : 0)
      // Nothing of it can be shown yet, but a part behind it can.
      const holdsPlace = taken < 0 && index < this.#slots.length - 1
      if (end <= Math.max(0, taken) && !holdsPlace) continue
      const from = Math.max(0, taken)
      const text = part.text.slice(from, end).toWellFormed()
      changes.push({ kind: 'text', part: index, type: part.type, from, text })
      slot.taken = end
    }
    return changes
  }

  #append(type: 'text' | 'reasoning', text: string): void {
    if (text === '') return
    const open = this.#slots
      .slice(this.#openFrom())
      .map(({ part }) => part)
      .filter(isGrowing)
      .find((part) => part.type === type)
    const wrapping = open ? 0 : `{"type":"${type}","text":""},`.length
    const fitting = this.#with(sizeOf(text, wrapping)) ? text : this.#cut(text, wrapping)
    if (fitting !== '') {
      const size = sizeOf(fitting, wrapping)
      this.#size = this.#with(size) ?? this.#size
      if (open) open.text += fitting
      else this.#slots.push({ part: { type, text: fitting }, size, taken: -1 })
    }
    if (fitting.length < text.length) throw this.#tooLarge()
  }

  /** As much of the beginning of a text as there is room for. */
  #cut(text: string, wrapping: number): string {
    let [fits, excess] = [0, Math.min(text.length, this.#limits.messageBytes + 1)]
    while (excess - fits > 1) {
      const units = Math.floor((fits + excess) / 2)
      if (this.#with(sizeOf(text.slice(0, units), wrapping))) fits = units
      else excess = units
    }
    return cutText(text, fits)
  }

  /** Index of the first part to which text may still be added. */
  #openFrom(): number {
    return this.#slots.findLastIndex(({ part }) => !isGrowing(part)) + 1
  }

  #put(part: Part): void {
    const bytes = utf8Length(JSON.stringify(part))
    const size = { bytes, jsonBytes: bytes + 1 }
    const slot: Slot = { part, size, taken: -1 }
    const index = this.#slots.findIndex((known) => isSame(known.part, part))
    const total = this.#with(size, this.#slots[index]?.size)
    if (!total) throw this.#tooLarge()
    this.#size = total
    if (index < 0) this.#slots.push(slot)
    else this.#slots[index] = slot
  }

  /** The size with what is `added` in the place of what was there; undefined: too large */
  #with(added: Size, instead: Size = { bytes: 0, jsonBytes: 0 }): Size | undefined {
    const { messageBytes, serverFrameBytes } = this.#limits
    const bytes = this.#size.bytes + added.bytes - instead.bytes
    const jsonBytes = this.#size.jsonBytes + added.jsonBytes - instead.jsonBytes
    const fits = bytes <= messageBytes && jsonBytes <= serverFrameBytes - MESSAGE_MARGIN
    return fits ? { bytes, jsonBytes } : undefined
  }

  #tooLarge(): AnswerTooLarge {
    return new AnswerTooLarge(`the answer would exceed ${this.#limits.messageBytes} bytes`)
  }
}

const isGrowing = (part: Part): part is TextPart | ReasoningPart =>
  part.type === 'text' || part.type === 'reasoning'

const sizeOf = (text: string, wrapping: number): Size => ({
  bytes: utf8Length(text),
  jsonBytes: utf8Length(JSON.stringify(text)) - 2 + wrapping,
})

function isSame(a: Part, b: Part): boolean {
  if (a.type === 'tool' && b.type === 'tool') return a.callId === b.callId
  if (a.type === 'data' && b.type === 'data') return a.name === b.name
  return a.type === 'file' && b.type === 'file' && a.url === b.url
}
