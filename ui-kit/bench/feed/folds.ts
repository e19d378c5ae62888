/**
 * What people write who keep the list themselves, as in many a reducer: a new state for every
 * change, by copying what didn't change. No check of order, doubles or fields.
 */

import type { DeltaFrame, Message, ServerFrame } from '../../src/protocol/index.ts'

export interface Fold<S> {
  first(log: readonly Message[]): S
  next(state: S, frame: ServerFrame): S
  messages(state: S): readonly Message[]
  /** what a row at the end would read */
  last(state: S): Message | undefined
}

const grow = (message: Message, { part, text }: DeltaFrame): Message => ({
  ...message,
  parts: message.parts.map((one, n) =>
    n === part && one.type === 'text' ? { ...one, text: one.text + text } : one,
  ),
})

/** `messages.map(…)` for a token, `[...messages, message]` for a message. */
export const arrayCopy: Fold<readonly Message[]> = {
  first: (log) => log,
  next(messages, frame) {
    if (frame.type === 'msg') return [...messages, frame.message]
    if (frame.type !== 'delta') return messages
    return messages.map((message) => (message.id === frame.id ? grow(message, frame) : message))
  },
  messages: (messages) => messages,
  last: (messages) => messages.at(-1),
}

interface ById {
  ids: readonly string[]
  byId: Readonly<Record<string, Message>>
}

/** `{ ...byId, [id]: message }` for both. */
export const mapCopy: Fold<ById> = {
  first: (log) => ({
    ids: log.map(({ id }) => id),
    byId: Object.fromEntries(log.map((message) => [message.id, message])),
  }),
  next({ ids, byId }, frame) {
    if (frame.type === 'msg') {
      const { message } = frame
      return { ids: [...ids, message.id], byId: { ...byId, [message.id]: message } }
    }
    const message = frame.type === 'delta' ? byId[frame.id] : undefined
    if (frame.type !== 'delta' || !message) return { ids, byId }
    return { ids, byId: { ...byId, [frame.id]: grow(message, frame) } }
  },
  messages: ({ ids, byId }) => ids.flatMap((id) => byId[id] ?? []),
  last: ({ ids, byId }) => byId[ids.at(-1) ?? ''],
}
