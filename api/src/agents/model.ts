/**
 * The agent that asks a model: any one behind an OpenAI-compatible API.
 *
 * Knows variables and nothing of the AI SDK, which is loaded by the first turn, so
 * that a Worker without a model neither evaluates it nor needs it installed.
 */

import type { ToolSet } from 'ai'
import { readModelConfig, type SessionEnv } from '../config.ts'
import type { Turn, TurnEvent } from '../Turn.ts'

export interface ModelOptions {
  /** what the model may call, as the AI SDK's `tool()` makes them */
  tools?: ToolSet
  /** most requests of one turn; the model gets another one to read what a tool gave back; 8 */
  steps?: number
}

/**
 * Answers a turn with the model that the variables AI_BASE_URL, AI_MODEL, AI_API_KEY,
 * AI_SYSTEM and AI_LIMITS name. Ends its request when the turn's signal is aborted.
 *
 * @throws AgentError, with a message for the reader; ConfigError
 */
export async function* model(
  turn: Turn,
  env: Partial<SessionEnv>,
  options: ModelOptions = {},
): AsyncGenerator<TurnEvent> {
  const config = readModelConfig(env)
  const { streamModel } = await import('./streamModel.ts')
  yield* streamModel(turn, config, options)
}
