/** What is more than may be sent is refused before the wire, in words that name the limit. */

import {
  bytesLeft,
  type ClientLimits,
  MESSAGE_MARGIN,
  type Meta,
  type UserPart,
} from '../protocol/index.ts'

interface Content {
  parts: UserPart[]
  meta?: Meta
}

export const tooLarge = (what: string, bytes: number, limitBytes: number): string =>
  `this ${what} has ${bytes} bytes, and ${limitBytes} may be sent; shorten or divide it`

/** Bytes that still fit beside what makes a frame of so many; below 0 when it is too large. */
export const spare = (content: Content, bytes: number, limits: ClientLimits): number =>
  Math.min(limits.frameBytes - bytes, bytesLeft(content, limits))

/** Why a session doesn't take a message; undefined when it does. */
export function whyTooLarge(
  entry: Content & { bytes: number },
  limits: ClientLimits,
): string | undefined {
  if (spare(entry, entry.bytes, limits) >= 0) return undefined
  const { frameBytes, messageBytes, serverFrameBytes } = limits
  const most = Math.min(frameBytes, messageBytes, serverFrameBytes - MESSAGE_MARGIN)
  return tooLarge('message', entry.bytes, most)
}
