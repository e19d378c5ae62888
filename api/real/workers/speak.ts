/**
 * An agent that does what the message says, so that a test decides how long and how fast it speaks.
 *
 * A message is either a script as JSON or anything else, which is answered in a few words.
 */

import { wait } from '../../src/agents/wait.ts'
import type { Turn, TurnEvent } from '../../src/Turn.ts'

export interface Script {
  seconds: number
  tokensPerSecond: number
  /** thrown at the end */
  fail?: string
}

const TICK_MS = 10
const WORDS: Script = { seconds: 0.3, tokensPerSecond: 50 }

export async function* speak(turn: Turn): AsyncGenerator<TurnEvent> {
  const { seconds, tokensPerSecond, fail } = scriptOf(turn)
  const startMs = Date.now()
  const total = Math.round(seconds * tokensPerSecond)
  for (let spoken = 0; spoken < total; ) {
    await wait(TICK_MS, turn.signal)
    if (turn.signal.aborted) return
    const due = Math.min(total, Math.floor(((Date.now() - startMs) * tokensPerSecond) / 1_000))
    for (; spoken < due; spoken++) yield token(spoken)
  }
  if (fail !== undefined) throw new Error(fail)
}

/** Every token is another one, so that a lost or a doubled one shows in the text. */
const token = (n: number): string => `${n.toString(36)} `

/** Everything that a script lets the agent say. */
export function textOf({ seconds, tokensPerSecond }: Script): string {
  const total = Math.round(seconds * tokensPerSecond)
  return Array.from({ length: total }, (_, n) => token(n)).join('')
}

function scriptOf({ message }: Turn): Script {
  const [part] = message.parts
  const text = part?.type === 'text' ? part.text : ''
  return text.startsWith('{') ? JSON.parse(text) : WORDS
}
