/**
 * One turn while its agent works: what it yields becomes the answer, until it ends or is stopped.
 *
 * Knows agents only by the seam; neither stores nor sends.
 */

import type { Limits, Message } from '@session-kit/ui-kit/protocol'
import { Answer } from './Answer.ts'
import { TURN_MS, type TurnEvent } from './Turn.ts'

/** An agent that gives no sign of life for this long is given up. */
const STALL_MS = 600_000

export class RunningTurn {
  readonly pos: number
  readonly id: string
  readonly answer: Answer
  /** what everybody may read of what the agent is doing */
  detail: string | undefined
  readonly #abort = new AbortController()
  readonly #startedAtMs: number
  #aliveAtMs: number
  #isStopped = false
  /** Ends the wait for the agent's next event. */
  #release: () => void = () => {}

  constructor({ pos, id }: Message, limits: Limits, nowMs: number) {
    this.pos = pos
    this.id = id
    this.answer = new Answer(limits)
    this.#startedAtMs = nowMs
    this.#aliveAtMs = nowMs
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Returns how to bring back what a flush that failed took or told. */
  mark(): () => void {
    const { detail } = this
    const giveBack = this.answer.mark()
    return () => {
      this.detail = detail
      giveBack()
    }
  }

  isOverdue(nowMs: number): boolean {
    return nowMs - this.#aliveAtMs > STALL_MS || nowMs - this.#startedAtMs > TURN_MS
  }

  alive(nowMs: number): void {
    this.#aliveAtMs = nowMs
  }

  /**
   * Without waiting for the agent: one that ignores its signal holds up nobody. It hears of it by
   * itself, not in the middle of what ends its turn: its code may speak to the session.
   */
  stop(): void {
    this.#isStopped = true
    queueMicrotask(() => this.#abort.abort())
    this.#release()
  }

  /** Adds to the answer what the agent yields; @returns false when the turn was stopped */
  async read(source: AsyncIterable<TurnEvent>, added: () => void): Promise<boolean> {
    const events = source[Symbol.asyncIterator]()
    try {
      for (;;) {
        const next = await this.#next(events)
        if (!next) return false
        if (next.done) return true
        this.answer.add(next.value)
        added()
      }
    } finally {
      // So that it cleans up; harmless where it has ended by itself.
      void (async () => events.return?.())().catch(() => {})
    }
  }

  #next(events: AsyncIterator<TurnEvent>): Promise<IteratorResult<TurnEvent> | undefined> {
    return new Promise((resolve, reject) => {
      this.#release = () => resolve(undefined)
      if (this.#isStopped) return resolve(undefined)
      events.next().then(resolve, reject)
    })
  }
}
