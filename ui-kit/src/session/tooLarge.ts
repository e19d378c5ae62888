/** What is more than may be sent is refused before the wire, in words that name the limit. */

import {
  isTooLarge,
  type Limits,
  MESSAGE_MARGIN,
  type Meta,
  type UserPart,
} from '../protocol/index.ts'

export const tooLarge = (what: string, bytes: number, limitBytes: number): string =>
  `this ${what} has ${bytes} bytes, and ${limitBytes} may be sent; shorten or divide it`

/** Why a session doesn't take a message; undefined when it does. */
export function whyTooLarge(
  entry: { parts: UserPart[]; meta?: Meta; bytes: number },
  limits: Limits,
): string | undefined {
  const { frameBytes, messageBytes, serverFrameBytes } = limits
  if (entry.bytes <= frameBytes && !isTooLarge(entry, limits)) return undefined
  const most = Math.min(frameBytes, messageBytes, serverFrameBytes - MESSAGE_MARGIN)
  return tooLarge('message', entry.bytes, most)
}
