/**
 * What an agent yielded as a part, checked and copied: it is trusted, but it may be wrong.
 *
 * A mistake throws a TypeError that ends the turn and tells the operator what to yield; it
 * repeats nothing of the value.
 */

import {
  decodeContent,
  isDeeper,
  MAX_DEPTH,
  type Part,
  wellFormedJson,
} from '@session-kit/ui-kit/protocol'
import type { TurnEvent } from './Turn.ts'

type Fields = Record<string, unknown>

const TOOL_STATES: readonly unknown[] = ['input', 'running', 'done', 'error']

/**
 * A copy, with U+FFFD for lone surrogates, unless it is text: the agent may go on changing what
 * it yielded.
 *
 * @throws TypeError
 */
export function partOf(event: TurnEvent): Part {
  if (typeof event === 'string') return { type: 'text', text: event }
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    throw mistake('it is neither a string nor an object')
  if (event.type === 'text' || event.type === 'reasoning') {
    if (typeof event.text !== 'string') throw mistake(`the text of ${event.type} is no string`)
    return event
  }
  const part = copyOf(event)
  const problem = problemOf(part)
  if (problem) throw mistake(problem)
  return part as unknown as Part
}

/** Empty where JSON can't hold it: a circle, a bigint, nesting beyond the stack, its own `toJSON`. */
function copyOf(event: object): Fields {
  try {
    return JSON.parse(wellFormedJson(JSON.stringify(event))) ?? {}
  } catch {
    return {}
  }
}

function problemOf(part: Fields): string | undefined {
  if (isDeeper([part], MAX_DEPTH)) return `it nests deeper than ${MAX_DEPTH} levels`
  const { type, callId, name, state, error } = part
  if (type === 'data' || type === 'file') {
    const content = decodeContent({ parts: [part] })
    return 'field' in content ? `of ${type}: ${content.message}` : undefined
  }
  if (type !== 'tool') return 'it has no type of a part, or can not be written as JSON'
  if (typeof callId !== 'string' || callId === '') return 'of tool: expected callId to be a string'
  if (typeof name !== 'string' || name === '') return 'of tool: expected name to be a string'
  if (!TOOL_STATES.includes(state)) return `of tool: expected state to be ${TOOL_STATES.join(', ')}`
  if (error !== undefined && typeof error !== 'string') return 'of tool: expected error to be text'
  return undefined
}

const mistake = (problem: string): TypeError =>
  new TypeError(
    `session-kit: respond() yielded what is no part: ${problem}. Yield a string, or a part of type text, reasoning, tool, data or file.`,
  )
