/**
 * How a streaming message grows (W6).
 *
 * Pure: a row and a frame become the next row, the same row when the frame says
 * nothing new, or `gap` when something before it is missing.
 */

import type { DeltaFrame, PartFrame, TextPart } from '../protocol/index.ts'
import type { FeedMessage } from './Session.ts'

/** `from` and lengths count UTF-16 units; what is known already is cut off. */
export function growText(row: FeedMessage, frame: DeltaFrame): FeedMessage | 'gap' {
  // The first text of a part may come as the text alone.
  const begun: TextPart = { type: 'text', text: '' }
  const part = row.parts[frame.part] ?? (frame.part === row.parts.length ? begun : undefined)
  if (part?.type !== 'text' && part?.type !== 'reasoning') return 'gap'
  const known = part.text.length - frame.from
  if (known < 0) return 'gap'
  if (known >= frame.text.length) return row
  const text = part.text + frame.text.slice(known)
  return setPart(row, { part: frame.part, value: { ...part, text } })
}

export function setPart(
  row: FeedMessage,
  frame: Pick<PartFrame, 'part' | 'value'>,
): FeedMessage | 'gap' {
  if (frame.part > row.parts.length) return 'gap'
  return { ...row, parts: row.parts.toSpliced(frame.part, 1, frame.value) }
}
