/** The frame that an entry becomes; the same text every time, so that a resend is no conflict. */

import type { ClientFrame, Meta, UserPart } from '../protocol/index.ts'

interface Said {
  cid: string
  parts: UserPart[]
  meta?: Meta
  again?: string
}

export function frameText({ cid, parts, meta, again }: Said): string {
  const frame: ClientFrame =
    again === undefined
      ? { type: 'send', cid, parts, ...(meta && { meta }) }
      : { type: 'again', cid, id: again }
  return JSON.stringify(frame)
}
