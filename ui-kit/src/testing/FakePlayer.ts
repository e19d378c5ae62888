/**
 * One scripted answer, played into the log at a speed: the fake agent's mouth.
 *
 * Keeps W9 (tokens of 50 ms leave joined, no delta ends inside a surrogate pair) and
 * ends exactly once (W7). Knows no connection; what it says goes through `StreamHost`.
 */

import type { Message, MessageState, Part, ReasoningPart, TextPart } from '../protocol/index.ts'
import type { Clock } from '../socket/Clock.ts'

/** What an answer consists of; a string is one text part. */
export type FakeAnswer = string | readonly Part[]

export interface FakePace {
  /** tokens a second (60) */
  tokensPerSecond?: number
  /** characters of a token (4) */
  chunk?: number
  /** break off with an error after so many tokens */
  failAfter?: number | 'half'
}

/** A streaming answer in the test's hand. Whatever is called after its end does nothing. */
export interface FakeStream {
  /** id of the message that grows */
  readonly id: string
  /** The message in its terminal state. Never rejects. */
  readonly done: Promise<Message>
  pause(): void
  resume(): void
  /** Break off with state `error`. */
  fail(message?: string): void
}

export interface StreamHost {
  clock: Clock
  /** a speed that overrules the answer's own */
  tokensPerSecond(): number | undefined
  grow(id: string, part: number, text: string): void
  put(id: string, part: number, value: Part): void
  end(id: string, state: MessageState, error?: Message['error']): Message
}

/** A chunk waits at most so long (W9). */
const TICK_MS = 50
/** How long a tool is seen running. */
const TOOL_TOKENS = 20

/** Text begins as a part of its own and grows from there. */
type Token = { part: number; text: string } | { part: number; value: Part } | 'rest'

export class FakePlayer implements FakeStream {
  readonly id: string
  readonly done: Promise<Message>
  readonly #host: StreamHost
  readonly #tokens: Token[]
  readonly #tokensPerSecond: number
  readonly #failAt: number
  #next = 0
  /** tokens that time has earned and that were not said yet */
  #credit = 0
  #timer: unknown
  #resolve: ((message: Message) => void) | undefined

  constructor(host: StreamHost, id: string, answer: FakeAnswer, pace: FakePace = {}) {
    this.id = id
    this.#host = host
    this.#tokens = tokensOf(answer, Math.max(1, pace.chunk ?? 4))
    this.#tokensPerSecond = pace.tokensPerSecond ?? 60
    const { failAfter = Number.POSITIVE_INFINITY } = pace
    this.#failAt = failAfter === 'half' ? Math.ceil(this.#tokens.length / 2) : failAfter
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.resume()
  }

  pause(): void {
    this.#host.clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  resume(): void {
    if (this.#timer !== undefined || !this.#resolve) return
    const perSecond = Math.max(0.1, this.#host.tokensPerSecond() ?? this.#tokensPerSecond)
    const waitMs = Math.max(TICK_MS, 1000 / perSecond)
    this.#timer = this.#host.clock.setTimeout(() => {
      this.#timer = undefined
      this.#say((perSecond * waitMs) / 1000)
      this.resume()
    }, waitMs)
  }

  fail(message = 'The agent failed.'): void {
    this.end('error', { code: 'agent_failed', message })
  }

  end(state: MessageState, error?: Message['error']): void {
    this.pause()
    this.#resolve?.(this.#host.end(this.id, state, error))
    this.#resolve = undefined
  }

  /** The log is gone: nothing more is said, and this is how it last stood. */
  drop(last: Message): void {
    this.pause()
    this.#resolve?.(last)
    this.#resolve = undefined
  }

  #say(tokens: number): void {
    this.#credit += tokens
    const from = this.#next
    // A sum of fractions may stay a hair below the whole.
    const until = Math.min(
      this.#tokens.length,
      this.#failAt,
      from + Math.floor(this.#credit + 1e-9),
    )
    this.#credit -= until - from
    this.#next = until
    let open: Token = 'rest'
    const leave = () => {
      if (open !== 'rest' && 'text' in open) this.#host.grow(this.id, open.part, open.text)
      else if (open !== 'rest') this.#host.put(this.id, open.part, open.value)
      open = 'rest'
    }
    for (const token of this.#tokens.slice(from, until)) {
      const joined = join(open, token)
      if (!joined) leave()
      open = joined ?? token
    }
    leave()
    if (this.#next >= this.#failAt) this.fail()
    else if (this.#next >= this.#tokens.length) this.end('done')
  }
}

function tokensOf(answer: FakeAnswer, chunk: number): Token[] {
  const parts: readonly Part[] =
    typeof answer === 'string' ? [{ type: 'text', text: answer }] : answer
  return parts.flatMap((value, part): Token[] => {
    switch (value.type) {
      case 'text':
      case 'reasoning':
        return chunks(value.text, chunk).map((text, index) =>
          index === 0 ? { part, value: { ...value, text } } : { part, text },
        )
      case 'tool': {
        if (value.state !== 'done' && value.state !== 'error') return [{ part, value }]
        const { output: _output, error: _error, ...input } = value
        const rests = new Array<Token>(TOOL_TOKENS).fill('rest')
        return [{ part, value: { ...input, state: 'running' } }, ...rests, { part, value }]
      }
      default:
        return [{ part, value }]
    }
  })
}

/** Text behind the token that its part grew from; undefined when they don't join. */
function join(before: Token, token: Token): Token | undefined {
  if (before === 'rest' || token === 'rest' || !('text' in token)) return undefined
  if ('text' in before) return { ...before, text: before.text + token.text }
  const value = before.value as TextPart | ReasoningPart
  return { part: before.part, value: { ...value, text: value.text + token.text } }
}

/** By code points, so that no surrogate pair is cut. */
function chunks(text: string, size: number): string[] {
  const points = Array.from(text)
  const result: string[] = []
  for (let i = 0; i < points.length; i += size) result.push(points.slice(i, i + size).join(''))
  return result
}
