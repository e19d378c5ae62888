/** The frame that an entry becomes; the same text every time, so that a resend is no conflict. */

import type { ClientFrame } from '../protocol/index.ts'
import type { OutboxEntry } from './createOutbox.ts'

export function frameText({
  cid,
  parts,
  meta,
  again,
}: Pick<OutboxEntry, 'cid' | 'parts' | 'meta' | 'again'>): string {
  const frame: ClientFrame =
    again === undefined
      ? { type: 'send', cid, parts, ...(meta && { meta }) }
      : { type: 'again', cid, id: again }
  return JSON.stringify(frame)
}
