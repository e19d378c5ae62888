/**
 * The Worker under test: the published app and class, and the deployed class with an
 * agent that is driven by hand, unless AGENT is `model`. Tests share this module, so they
 * can set a session's variables and see every boot of it.
 */

import { createSessionApp } from '../src/app.ts'
import type { SessionEnv } from '../src/config.ts'
import { SessionDO } from '../src/SessionDO.ts'
import type { Turn, TurnEvent } from '../src/Turn.ts'
import { SessionDO as DeployedSessionDO } from '../src/worker.ts'
import { Life } from './Life.ts'

export { SessionDO }

export interface TestEnv extends SessionEnv {
  PLAIN: DurableObjectNamespace<SessionDO>
  SESSIONS: DurableObjectNamespace<TestSessionDO>
}

/** Boot ids of every session, oldest first. */
export const boots = new Map<string, string[]>()
/** Variables that one session sees instead of the Worker's. */
export const variables = new Map<string, Variables>()

export type Variables = Partial<Omit<SessionEnv, 'SESSIONS'>>

interface Hand {
  turn: Turn
  given: (TurnEvent | 'end' | Error | { throws: unknown })[]
  wake(): void
}

/** A message that begins with `by hand` is answered by hand; any other at once, with itself. */
export class TestSessionDO extends DeployedSessionDO {
  readonly hands: Hand[] = []
  readonly #life: Life

  constructor(ctx: DurableObjectState, env: TestEnv) {
    const name = ctx.id.name ?? ''
    boots.set(name, [...(boots.get(name) ?? []), crypto.randomUUID()])
    super(ctx, { ...env, ...variables.get(name) })
    this.#life = new Life(ctx)
    if (variables.get(name)?.AGENT === 'none') Object.assign(this, { respond: undefined })
  }

  override webSocketMessage(ws: WebSocket, data: string | ArrayBuffer): void {
    this.#life.take(() => super.webSocketMessage(this.#life.tap(ws), data))
  }

  override respond(turn: Turn): AsyncIterable<TurnEvent> {
    return this.#life.say(turn, this.#answer(turn))
  }

  async *#answer(turn: Turn): AsyncGenerator<TurnEvent> {
    const [part] = turn.message.parts
    const text = part?.type === 'text' ? part.text : ''
    if (!text.startsWith('by hand')) {
      yield 'about '
      yield text
      return
    }
    const hand: Hand = { turn, given: [], wake: () => {} }
    this.hands.push(hand)
    for (;;) {
      const next = hand.given.shift()
      if (next === 'end') return
      if (next instanceof Error) throw next
      if (next && typeof next === 'object' && 'throws' in next) throw next.throws
      if (next !== undefined) yield next
      else
        await new Promise<void>((resolve) => {
          hand.wake = resolve
        })
    }
  }

  /** What the agent of the newest turn does next. */
  give(...given: Hand['given']): void {
    const hand = this.hands.at(-1)
    if (!hand) throw new Error('no turn is driven by hand')
    hand.given.push(...given)
    hand.wake()
  }
}

export default createSessionApp()
