/**
 * What a reader is told of a request that failed: the status and what to do. Never a word
 * of the error itself, which may hold the key, the URL or what the provider thinks of it.
 */

import { APICallError, RetryError } from 'ai'
import { AgentError } from '../Turn.ts'

/** `said`: a part of the answer is there already */
export function modelFailure(error: unknown, said: boolean): AgentError {
  const status = statusOf(RetryError.isInstance(error) ? error.lastError : error)
  const fail = (code: string, message: string) => new AgentError(code, message)
  if (status === 429) return fail('model_busy', 'The model is busy (429). Ask again in a moment.')
  if (status === 401 || status === 403)
    return fail(
      'model_refused',
      `The model does not accept this Worker (${status}). Its operator must check AI_API_KEY.`,
    )
  if (status === 404)
    return fail(
      'model_missing',
      'There is no such model (404). The operator of the Worker must check AI_BASE_URL and AI_MODEL.',
    )
  if (status >= 500)
    return fail('model_failed', `The model has failed (${status}). Ask again in a moment.`)
  if (status >= 400)
    return fail(
      'model_refused',
      `The model does not take this request (${status}). Ask more briefly, or in a new session.`,
    )
  if (said) return fail('model_cut', 'The answer of the model broke off. Ask again.')
  return fail(
    'model_unreachable',
    'The model could not be reached, or not be understood. Ask again in a moment; if that does not help, the operator of the Worker must check AI_BASE_URL.',
  )
}

/** of the answer, or told in the stream after a 200; 0 when there is none */
function statusOf(error: unknown): number {
  if (APICallError.isInstance(error)) return error.statusCode ?? 0
  const code = Number((error as { code?: unknown } | null)?.code)
  return code >= 400 && code < 600 ? code : 0
}
