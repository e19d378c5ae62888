/**
 * What a server said, as a list: one frame, or the frames of a batch in order.
 *
 * Never throws. `undefined` means that the text was no JSON: then nobody knows
 * what was lost, and the client says hello again. Frames of a type this client
 * doesn't know stay in the list and are ignored by whoever reads it (W10).
 */

import type { ServerFrame } from './frames.ts'

export function decodeServerFrames(text: string): ServerFrame[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return (Array.isArray(value) ? value : [value]).filter((item) => typeof item?.type === 'string')
  } catch {
    return undefined
  }
}
