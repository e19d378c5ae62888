/**
 * What a model gets to read of a session, within the limits of AI_LIMITS.
 *
 * Only what was said: reasoning and tools of earlier answers stay out, and a file is a
 * name, as nobody's link may make the Worker fetch something.
 */

import type { Message, Part } from '@session-kit/ui-kit/protocol'
import type { ModelConfig } from '../config.ts'
import { AgentError, type Turn } from '../Turn.ts'

export interface PromptMessage {
  role: 'user' | 'assistant'
  content: string
}

/**
 * The newest messages, whole, the one to answer last. Roles alternate and a user begins,
 * since some models insist on it.
 *
 * @throws AgentError when the message to answer is longer than allowed
 */
export function promptOf(turn: Pick<Turn, 'message' | 'history'>, limits: Limits): PromptMessage[] {
  const asked = [...turn.history, turn.message]
  const people = new Set(asked.filter(isSaidByPerson).map(({ author }) => author.id))
  const textOf = (message: Message) => {
    const text = message.parts.map(textOfPart).filter(Boolean).join('\n\n')
    return text && people.size > 1 && isSaidByPerson(message)
      ? `${message.author.name}: ${text}`
      : text
  }
  const question = textOf(turn.message)
  if (question.length > limits.historyCharacters)
    throw new AgentError(
      'model_length',
      `The message is longer than the model gets to read (${limits.historyCharacters} characters). Send it in pieces.`,
    )
  const prompt: PromptMessage[] = []
  let characters = 0
  for (const message of asked.slice(-limits.historyMessages).reverse()) {
    const content = textOf(message)
    characters += content.length
    if (characters > limits.historyCharacters) break
    if (content === '') continue
    const role = isSaidByPerson(message) ? 'user' : 'assistant'
    const later = prompt[0]
    if (later?.role === role) later.content = `${content}\n\n${later.content}`
    else prompt.unshift({ role, content })
  }
  return prompt[0]?.role === 'assistant' ? prompt.slice(1) : prompt
}

type Limits = Pick<ModelConfig, 'historyMessages' | 'historyCharacters'>

const isSaidByPerson = ({ role }: Message): boolean => role !== 'assistant'

function textOfPart(part: Part): string {
  if (part.type === 'text') return part.text
  if (part.type === 'file') return `[file ${part.name ?? 'without a name'}, ${part.mediaType}]`
  if (part.type === 'data') return `[${part.name}] ${JSON.stringify(part.value)}`
  return ''
}
