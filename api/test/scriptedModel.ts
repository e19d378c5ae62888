/** The tests' own side of the server in `modelServer.ts`: scripts, and what was asked. */

import { inject } from 'vitest'
import type { Asked, Reply } from './modelServer.ts'

export const KEY = 'sk-of-the-tests'

/** A model that answers with these replies, one a request. */
export async function scriptedModel(...replies: Reply[]) {
  const at = `${inject('modelServer')}/${crypto.randomUUID()}`
  const ask = async (path: string, init?: RequestInit) =>
    (await fetch(`${at}/${path}`, init)).json() as Promise<{ asked: Asked[]; cut: number }>
  await ask('script', { method: 'POST', body: JSON.stringify(replies) })
  return {
    env: { AGENT: 'model', AI_BASE_URL: `${at}/v1`, AI_MODEL: 'some-model', AI_API_KEY: KEY },
    state: () => ask('state'),
    /** lets a reply that holds go on */
    go: () => ask('go'),
    /** resolves when a request was ended by its client, before its reply was complete */
    untilCut: () => ask('cut'),
  }
}

/** One event of a stream, as such APIs write it. */
export const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`

const chunk = (delta: object, finish: string | null = null): string =>
  event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'some-model',
    choices: [{ index: 0, delta, finish_reason: finish }],
  })

export const says = (content: string): string => chunk({ content })
export const thinks = (text: string): string => chunk({ reasoning_content: text })
export const calls = (id: string, name: string, input: string): string =>
  chunk({
    tool_calls: [{ index: 0, id, type: 'function', function: { name, arguments: input } }],
  })
export const ends = (reason = 'stop'): string => `${chunk({}, reason)}data: [DONE]\n\n`
