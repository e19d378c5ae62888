/** Whether a server's message has what the feed relies on: a frame may promise it and not hold it. */

import type { Message } from '../protocol/index.ts'

export const isMessage = (message: Message | undefined | null): message is Message =>
  typeof message?.id === 'string' &&
  Number.isFinite(message.pos) &&
  Number.isFinite(message.seq) &&
  typeof message.author?.id === 'string' &&
  Array.isArray(message.parts)
