/**
 * Who answers in a fake session: one turn after the other, and answers that a test streams.
 *
 * Keeps W7, W8 (waiting turns survive a crash, running ones become `interrupted` once)
 * and W9. Knows the log and how to tell everybody; knows no connection.
 */

import type {
  AgentStatus,
  Message,
  Part,
  ReasoningPart,
  ServerFrame,
  TextPart,
} from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'
import type { FakeLog } from './FakeLog.ts'
import {
  type FakeAnswer,
  type FakePace,
  FakePlayer,
  type FakeStream,
  type StreamHost,
} from './FakePlayer.ts'

/**
 * What the agent answers to a message a person sent; null: nothing, and no turn starts.
 * `history` holds what was stored until then, that message last. One that throws fails its answer;
 * one that returns anything else, a promise too, is a mistake that throws where the clock runs.
 */
export type FakeAgent = (
  message: Message,
  history: readonly Message[],
) => FakeAnswer | (FakePace & { answer: FakeAnswer }) | null

/** Faults of the agent, shared by all sessions of a server. */
export interface FakeAgentFaults {
  /** overrules the speed of every answer */
  tokensPerSecond: number | undefined
  /** answers that will break off halfway */
  failures: number
}

export interface FakeTurnsOptions {
  clock: Clock
  log: FakeLog
  /** null: a session without one */
  agent: FakeAgent | null
  faults: FakeAgentFaults
  broadcast(frame: ServerFrame): void
}

/** Turns that may wait, with the one that runs. */
const WAITING_TURNS = 1_000
/** As many of them may be one author's. */
const WAITING_OF_ONE = 50

interface Turn {
  /** id of the user message */
  messageId: string
  /** id of who asked for it; empty for what an earlier process left behind, which counts for nobody */
  author: string
}

export const AGENT = { id: 'agent', name: 'Agent' }

export class FakeTurns implements StreamHost {
  readonly clock: Clock
  status: AgentStatus = { state: 'idle' }
  readonly #options: FakeTurnsOptions
  readonly #players = new Map<string, FakePlayer>()
  #waiting: Turn[] = []
  #running: (Turn & { answerId: string }) | undefined

  constructor(options: FakeTurnsOptions) {
    this.clock = options.clock
    this.#options = options
  }

  get hasAgent(): boolean {
    return this.#options.agent !== null
  }

  /** An answer is under way, whoever asked for it. */
  get isBusy(): boolean {
    return this.#players.size > 0
  }

  /** A turn for this user message, as soon as the ones before it have ended. */
  want(messageId: string, author: string): void {
    if (!this.hasAgent) return
    this.#waiting.push({ messageId, author })
    this.#runNext()
  }

  isWanted(messageId: string): boolean {
    return this.#turns().some((turn) => turn.messageId === messageId)
  }

  /** No further turn of `author` may wait (W8). */
  isFull(author: string): boolean {
    const turns = this.#turns()
    const theirs = turns.filter((turn) => turn.author === author)
    return turns.length >= WAITING_TURNS || theirs.length >= WAITING_OF_ONE
  }

  /** Of a streaming answer or of a waiting turn; anything else is left alone. */
  cancel(id: string): void {
    this.#waiting = this.#waiting.filter(({ messageId }) => messageId !== id)
    this.#players.get(id)?.end('cancelled')
  }

  /** @throws TypeError for what is no answer, before anything is stored */
  stream(answer: FakeAnswer, pace: FakePace = {}, replyTo?: string): FakeStream {
    if (typeof answer !== 'string' && !Array.isArray(answer))
      throw new TypeError(
        `session-kit: an answer is a text or an array of parts, at once; got ${nameOf(answer)}`,
      )
    const { broadcast, faults, log } = this.#options
    const message = log.add({
      role: 'assistant',
      author: AGENT,
      ...(replyTo !== undefined && { replyTo }),
      state: 'streaming',
      parts: [],
    })
    broadcast({ type: 'msg', seq: message.seq, message })
    this.setStatus({ state: 'working' })
    const failing = faults.failures > 0
    if (failing) faults.failures -= 1
    const failAfter = failing ? 'half' : pace.failAfter
    const player = new FakePlayer(this, message.id, answer, {
      ...pace,
      ...(failAfter !== undefined && { failAfter }),
    })
    this.#players.set(message.id, player)
    return player
  }

  setStatus(status: AgentStatus): void {
    if (status.state === this.status.state && status.detail === this.status.detail) return
    this.status = status
    this.#options.broadcast({ type: 'status', ...status })
  }

  /** The process is gone: nothing is said any more, nothing is written. */
  halt(): void {
    for (const player of this.#players.values()) player.pause()
  }

  /** The next process finds answers without an author, and turns that still wait (W8). */
  wake(): void {
    this.#running = undefined
    this.#waiting = this.#waiting.map((turn) => ({ ...turn, author: '' }))
    for (const player of [...this.#players.values()]) player.end('interrupted')
    this.#runNext()
  }

  /** The log is gone and all turns with it. */
  forget(): void {
    for (const [id, player] of this.#players) {
      const last = this.#options.log.get(id)
      if (last) player.drop(last)
    }
    this.#players.clear()
    this.#waiting = []
    this.#running = undefined
    this.status = { state: 'idle' }
  }

  // ------------------------------------------------------------ StreamHost

  tokensPerSecond(): number | undefined {
    return this.#options.faults.tokensPerSecond
  }

  grow(id: string, index: number, text: string): void {
    const { broadcast, log } = this.#options
    const part = log.get(id)?.parts[index] as TextPart | ReasoningPart
    log.setPart(id, index, { ...part, text: part.text + text })
    broadcast({ type: 'delta', id, part: index, from: part.text.length, text })
  }

  put(id: string, index: number, value: Part): void {
    this.#options.log.setPart(id, index, value)
    this.#options.broadcast({ type: 'part', id, part: index, value })
  }

  end(id: string, state: Message['state'], error?: Message['error']): Message {
    const { broadcast, log } = this.#options
    this.#players.delete(id)
    const message = log.change(id, { state, ...(error && { error }) })
    broadcast({ type: 'msg', seq: message.seq, message })
    if (this.#running?.answerId === id) this.#running = undefined
    if (this.#players.size === 0 && this.#waiting.length === 0)
      this.setStatus({ state: state === 'error' ? 'error' : 'idle' })
    this.#runNext()
    return message
  }

  #turns(): Turn[] {
    return this.#running ? [this.#running, ...this.#waiting] : this.#waiting
  }

  #runNext(): void {
    if (this.#running) return
    const turn = this.#waiting.shift()
    if (!turn) {
      if (this.#players.size === 0 && this.status.state === 'working')
        this.setStatus({ state: 'idle' })
      return
    }
    const answer = this.#answerTo(turn.messageId)
    if (answer === undefined || answer === null) {
      this.#runNext()
      return
    }
    const script = typeof answer === 'object' && 'answer' in answer ? answer : { answer }
    const stream = this.stream(script.answer, script, turn.messageId)
    this.#running = { ...turn, answerId: stream.id }
  }

  #answerTo(messageId: string): ReturnType<FakeAgent> | undefined {
    const { agent, log } = this.#options
    const history = log.messages
    const message = history.find((item) => item.id === messageId)
    try {
      return message && agent?.(message, history.slice(0, history.indexOf(message) + 1))
    } catch {
      // What it threw is its operator's; people read that it failed.
      return { answer: '', failAfter: 0 }
    }
  }
}

/** As `[object Promise]`. */
const nameOf = (value: unknown): string => Object.prototype.toString.call(value)
