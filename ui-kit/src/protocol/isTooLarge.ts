/**
 * Whether a message is larger than a session takes, for both servers alike.
 *
 * Texts count as people write them, not as JSON escapes them. As JSON escapes them
 * they still have to fit into one frame, or nobody could be told of the message.
 */

import type { Meta, Part } from './frames.ts'
import type { Limits } from './limits.ts'
import { utf8Length } from './utf8Length.ts'

/** Bytes of a server's frame that are left to what surrounds the content of a message, errors too. */
export const MESSAGE_MARGIN = 5_120

interface Content {
  parts: readonly Part[]
  meta?: Meta | undefined
}

type MessageLimits = Pick<Limits, 'messageBytes' | 'serverFrameBytes'>

/** Whatever else stands beside the content counts for nothing. */
export const isTooLarge = (content: Content, limits: MessageLimits): boolean =>
  bytesLeft(content, limits) < 0

/** Bytes that still fit beside this content; below 0 when it is too large. */
export function bytesLeft({ parts, meta }: Content, limits: MessageLimits): number {
  const { messageBytes, serverFrameBytes } = limits
  const bytes = parts.reduce((sum, part) => sum + partBytes(part), meta ? jsonBytes(meta) : 0)
  const frameBytes = serverFrameBytes - MESSAGE_MARGIN
  return Math.min(messageBytes - bytes, frameBytes - jsonBytes({ parts, meta }))
}

const partBytes = (part: Part): number => ('text' in part ? utf8Length(part.text) : jsonBytes(part))

const jsonBytes = (value: unknown): number => utf8Length(JSON.stringify(value))
