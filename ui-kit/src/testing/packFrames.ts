/** Frames as texts on the wire: each alone, or as arrays of at most `batchBytes` of UTF-8. */

import { utf8Length } from '../protocol/index.ts'

/** @param batchBytes 0 for a client that takes no arrays */
export function packFrames(frames: readonly string[], batchBytes: number): readonly string[] {
  if (batchBytes === 0) return frames
  const packs: string[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const frame of frames) {
    const size = utf8Length(frame) + 1
    if (bytes + size > batchBytes) {
      packs.push([])
      bytes = 1
    }
    packs.at(-1)?.push(frame)
    bytes += size
  }
  return packs.map((texts) => (texts.length === 1 ? String(texts[0]) : `[${texts.join(',')}]`))
}
