/** How a server speaks to one kind of client. What it says is the same for all: frames. */

import type { Message, MsgFrame, ServerFrame } from '../../src/protocol/index.ts'

export interface Room {
  /** what was said, the first with the seq 1 */
  log: Message[]
  connections: number
}

export interface Dialect {
  /** what the server says first */
  greeting?: string
  /** the server's own heartbeat, where it is the server that begins */
  beat?: { text: string; everyMs: number }
  /** What is said to a client's text. */
  answer(text: string, room: Room): string[]
  /** stands in the answer with which a client is in; without it an open socket is */
  inMark?: string
  /** how many are here, where a server tells it */
  count?(connections: number): string
  /** a frame as it goes over the wire; `seq` counts what was sent to everybody */
  wrap(frame: ServerFrame, seq: number): string
}

export const EPOCH = 'epoch'

export const createMessage = (
  seq: number,
  text: string,
  state: Message['state'] = 'done',
): Message => ({
  id: `message-${seq}`,
  pos: seq,
  seq,
  role: seq % 2 ? 'user' : 'assistant',
  author: { id: `person-${seq % 5}`, name: `Person ${seq % 5}` },
  state,
  parts: [{ type: 'text', text }],
  createdAt: 1_800_000_000_000 + seq,
})

export const msgFrame = (message: Message): MsgFrame => ({
  type: 'msg',
  seq: message.seq,
  message,
})

export function textOf({ parts: [part] }: Pick<Message, 'parts'>): string {
  return part?.type === 'text' ? part.text : ''
}
