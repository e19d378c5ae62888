/** What a session says of a message that is more than it takes, with the limits; undefined when it is not. */

import { isTooLarge, type Limits, type Meta, type UserPart } from '../protocol/index.ts'

export function whyTooLarge(
  entry: { parts: UserPart[]; meta?: Meta; bytes: number },
  limits: Limits,
): string | undefined {
  const { frameBytes, messageBytes } = limits
  if (entry.bytes <= frameBytes && !isTooLarge(entry, limits)) return undefined
  return `this message has ${entry.bytes} bytes, and ${Math.min(frameBytes, messageBytes)} may be sent; shorten or divide it`
}
