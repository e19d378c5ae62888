/**
 * The agent that comes with the kit: needs no model, no key and no network.
 *
 * Answers about the kit itself, chosen by the words of the question, at the pace
 * of a model that streams. Words that begin with a slash try out what an agent
 * can do: `/help` names them.
 */

import type { Message } from '@session-kit/ui-kit/protocol'
import { cutText } from '../cutText.ts'
import type { Turn, TurnEvent } from '../Turn.ts'
import { ANSWERS, overview } from './answers.ts'
import { wait } from './wait.ts'

const HELP = `I am the agent that comes with session-kit. There is no model behind me: I know a few
texts about the kit and stream the one that fits your words.

| write | and see |
| --- | --- |
| \`/long\` | a long answer, to scroll away from and come back to |
| \`/slow\` | the same, word by word: time to reload, to go offline, to press stop |
| \`/tool\` | a tool call with its states, then text |
| \`/reason\` | reasoning before the answer |
| \`/fail\` | an answer that breaks off in the middle |

They can be combined, and a question may stand beside them. Ask me about

- what is **promised**,
- how **resume** works,
- how to use the **hook**,
- what goes over the **wire**,
- how the **server** sleeps,
- how to bring an **agent** of your own,
- or who gets in: **tickets** and guests.
`

export async function* demo(turn: Turn): AsyncGenerator<TurnEvent> {
  const said = textOf(turn.message)
  const commands = new Set(said.toLowerCase().match(/(?<!\S)\/[a-z]+/g))
  const question = said.replace(/(?<!\S)\/[a-z]+/gi, '').trim()
  const pace = pacer(turn.signal, said, commands.has('/slow') ? 8 : 1)
  if (commands.has('/reason')) yield* think(question, pace)
  if (commands.has('/tool')) yield* useTool(turn, pace)
  const answer = answerTo(question, commands)
  if (commands.has('/fail')) {
    yield* speak(answer.slice(0, answer.length / 3), pace)
    throw new Error('asked to fail by /fail')
  }
  yield* speak(answer, pace)
}

function answerTo(question: string, commands: ReadonlySet<string>): string {
  if (commands.has('/help')) return HELP
  const chosen = ANSWERS.find(({ words }) => words.test(question))
  const answer = chosen?.text ?? overview(question, sum(question))
  if (!commands.has('/long')) return answer
  const others = ANSWERS.filter((one) => one !== chosen).map(({ text }) => text)
  return [answer, ...others].join('\n\n---\n\n')
}

async function* think(question: string, pace: Pace): AsyncGenerator<TurnEvent> {
  const about = question === '' ? 'nothing in particular' : `“${cutText(question, 80)}”`
  const text = `The message asks about ${about}. I have no model behind me, so I look for words that I know and take the text that belongs to them.`
  for (const token of tokensOf(text)) {
    if (!(await pace(token))) return
    yield { type: 'reasoning', text: token }
  }
}

async function* useTool(turn: Turn, pace: Pace): AsyncGenerator<TurnEvent> {
  const tool = { type: 'tool', callId: 'count', name: 'count_messages' } as const
  const input = { before: turn.message.id }
  yield { ...tool, state: 'input', input }
  if (!(await pace('.'))) return
  turn.status('counting messages')
  yield { ...tool, state: 'running', input }
  for (let beats = 0; beats < 4; beats++) if (!(await pace('.'))) return
  const { history } = turn
  const people = new Set(
    history.filter(({ role }) => role === 'user').map(({ author }) => author.id),
  )
  const output = { messages: history.length, people: people.size }
  yield { ...tool, state: 'done', input, output }
  turn.status()
  yield* speak(`${whatIWasGiven(output)}\n\n`, pace)
}

async function* speak(text: string, pace: Pace): AsyncGenerator<TurnEvent> {
  for (const token of tokensOf(text)) {
    if (!(await pace(token))) return
    yield token
  }
}

/** Waits as long as a writer would before `token`; false: the turn was stopped. */
type Pace = (token: string) => Promise<boolean>

function pacer(signal: AbortSignal, seed: string, slowness: number): Pace {
  let state = sum(seed)
  return async (token) => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223
    const chance = (state >>> 0) / 2 ** 32
    const pauseMs = /[.:?!\n]/.test(token) ? 60 : 0
    await wait((8 + chance * 24 + pauseMs) * slowness, signal)
    return !signal.aborted
  }
}

const tokensOf = (text: string): string[] => text.match(/\s*\S{1,12}|\s+$/gu) ?? []

const textOf = ({ parts }: Message): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join(' ')

function whatIWasGiven({ messages, people }: { messages: number; people: number }): string {
  if (messages === 0) return 'This is the first message here: I was given no earlier one.'
  const writers = count(people, 'person', 'people')
  return `I was given ${count(messages, 'earlier message', 'earlier messages')}; ${writers} had written to me.`
}

const count = (number: number, one: string, many: string): string =>
  `${number} ${number === 1 ? one : many}`

/** A whole number that depends on every character. */
function sum(text: string): number {
  let number = 7
  for (const character of text) number = Math.imul(number, 31) + (character.codePointAt(0) ?? 0)
  return number >>> 0
}
