/**
 * What a client missed, as `sync` frames (W3, W4).
 *
 * A suffix where the client's cursor belongs to this log and not too much was
 * missed, else a snapshot of the newest messages. The one that streams is in it
 * in any case and counts for no limit. It comes in parts that a slow line carries in seconds; a
 * message that has more is a part of its own.
 */

import { type HelloFrame, type Limits, packBytes } from '@session-kit/ui-kit/protocol'
import type { Fits, Piece, Span } from './LogReader.ts'
import type { MessageLog, Meta } from './MessageLog.ts'

const SNAPSHOT_MESSAGES = 100
/** What a catch-up has at most where there is no room for more. */
const SMALL_BYTES = 262_144
/** Room for the fields around the messages of a frame. */
const ENVELOPE_BYTES = 512

/**
 * JSON of one or more `sync` frames; only the last says `more:false`. `hasRoom` is asked once, and
 * only where much was missed.
 */
export function catchUp(
  log: MessageLog,
  meta: Meta,
  hello: HelloFrame,
  limits: Limits,
  hasRoom: () => boolean,
): string[] {
  const { syncMessages, syncBytes } = limits
  const { epoch, head, floor } = meta
  const { cursor } = hello
  let isRoomy: boolean | undefined
  const fits: Fits = (bytes) => {
    if (bytes <= SMALL_BYTES || bytes > syncBytes) return bytes <= syncBytes
    isRoomy ??= hasRoom()
    return isRoomy
  }
  const isOurs = hello.epoch === epoch && cursor !== undefined && cursor <= head && cursor >= floor
  const pieceBytes = packBytes(limits) - ENVELOPE_BYTES
  const suffix = isOurs ? log.since(cursor, syncMessages, fits, pieceBytes) : undefined
  const span: Span<Piece> = suffix ?? log.newest(Math.min(SNAPSHOT_MESSAGES, syncMessages), fits)
  const mode = suffix ? 'suffix' : 'snapshot'
  const fields = `"type":"sync","mode":"${mode}","epoch":${JSON.stringify(epoch)},"to":${head}`
  const groups = cut(span.messages, pieceBytes)
  return groups.map((group, index) => {
    const more = index < groups.length - 1
    return `{${fields},"messages":[${group.join(',')}],"hasOlder":${span.hasOlder},"more":${more}}`
  })
}

/** Groups of at most `bytes`; one empty group when there is nothing. */
function cut(messages: readonly Piece[], bytes: number): string[][] {
  const groups: string[][] = [[]]
  let used = 0
  for (const message of messages) {
    if (used > 0 && used + message.bytes + 1 > bytes) {
      groups.push([])
      used = 0
    }
    groups.at(-1)?.push(message.json)
    used += message.bytes + 1
  }
  return groups
}
