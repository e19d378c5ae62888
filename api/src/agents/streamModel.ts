/**
 * One turn of a model: its request, and its stream as the turn's events.
 *
 * Asks again only before the first token, and only where the API says that this may
 * help. However the turn ends, no request and no timer outlives it.
 */

import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { isStepCount, streamText, type TextStreamPart, type ToolSet } from 'ai'
import type { ModelConfig } from '../config.ts'
import { AgentError, type Turn, type TurnEvent } from '../Turn.ts'
import type { ModelOptions } from './model.ts'
import { modelFailure } from './modelFailure.ts'
import { promptOf } from './promptOf.ts'

/**
 * After the first request; the SDK waits as long as `Retry-After` says where that is less than a
 * minute, else 2 and 4 s.
 */
const RETRIES = 2
const STEPS = 8
const LATE = 'late'

export async function* streamModel(
  turn: Turn,
  config: ModelConfig,
  { tools, steps = STEPS }: ModelOptions,
): AsyncGenerator<TurnEvent> {
  if (turn.signal.aborted) return
  const messages = promptOf(turn, config)
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(LATE), config.turnMs)
  // A cancelled turn need not come back for its next event, and so not to `finally`.
  turn.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  const signal = AbortSignal.any([turn.signal, stop.signal])
  let said = false
  try {
    const { stream } = streamText({
      model: modelOf(config),
      messages,
      ...(config.system !== undefined && { instructions: config.system }),
      ...(tools && { tools }),
      stopWhen: isStepCount(steps),
      maxRetries: RETRIES,
      abortSignal: signal,
      telemetry: { isEnabled: false },
      // It comes as a part of the stream, too. Without this the SDK logs it, request and all.
      onError: () => {},
    })
    for await (const part of stream) {
      const event = eventOf(part, tools)
      said ||= event !== undefined && part.type !== 'reasoning-delta'
      if (event !== undefined) yield event
      if (part.type === 'error') throw modelFailure(part.error, said)
      if (part.type === 'finish') checkEnding(part.rawFinishReason, said)
    }
  } catch (error) {
    if (!signal.aborted) throw error instanceof AgentError ? error : modelFailure(error, said)
  } finally {
    clearTimeout(timer)
    stop.abort()
  }
  if (stop.signal.reason === LATE)
    throw new AgentError(
      'model_timeout',
      `The model took longer than ${config.turnMs / 1000} s. Ask again, or for less at once.`,
    )
}

function modelOf({ baseUrl, model, apiKey }: ModelConfig) {
  const api = createOpenAICompatible({
    name: 'model',
    baseURL: baseUrl,
    ...(apiKey !== undefined && { apiKey }),
  })
  return api.chatModel(model)
}

/** undefined: nothing that a reader would see */
function eventOf(part: TextStreamPart<ToolSet>, tools: ToolSet = {}): TurnEvent | undefined {
  switch (part.type) {
    case 'text-delta':
      return part.text
    case 'reasoning-delta':
      return { type: 'reasoning', text: part.text }
    case 'tool-input-start':
      return { type: 'tool', callId: part.id, name: part.toolName, state: 'input' }
    case 'tool-call':
      return { ...toolPart(part), state: 'running' }
    case 'tool-result':
      return {
        ...toolPart(part),
        state: part.preliminary ? 'running' : 'done',
        output: part.output,
      }
    case 'tool-error': {
      const { error, toolName } = part
      // Its message may quote what the model wrote, which is no business of a log. What the SDK
      // refuses before the tool runs comes as a string.
      const tool = Object.hasOwn(tools, toolName) ? toolName : 'unknown'
      const told = error instanceof Error ? error.name : typeof error
      console.error(JSON.stringify({ event: 'tool.failed', tool, error: told }))
      return { ...toolPart(part), state: 'error', error: 'The tool failed.' }
    }
    default:
      return undefined
  }
}

function toolPart(part: { toolCallId: string; toolName: string; input: unknown }) {
  return { type: 'tool', callId: part.toolCallId, name: part.toolName, input: part.input } as const
}

/** @throws AgentError where the model stopped without being done */
function checkEnding(reason: string | undefined, said: boolean): void {
  if (reason === 'length')
    throw new AgentError(
      'model_length',
      'The model has reached the length it is allowed. Ask it to go on.',
    )
  if (reason === 'content_filter')
    throw new AgentError('model_filter', 'The filter of the model held the answer back.')
  if (!said) throw new AgentError('model_empty', 'The model gave no answer. Ask again.')
}
