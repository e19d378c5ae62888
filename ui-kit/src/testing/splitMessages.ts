/** Messages as JSON: how large they are, and lists of them that fit into a frame. */

import { type Message, utf8Length } from '../protocol/index.ts'

const sizes = new WeakMap<Message, number>()

/** Bytes of UTF-8 of a message that never changes, measured once. */
export function bytesOf(message: Message): number {
  let bytes = sizes.get(message)
  if (bytes === undefined) {
    bytes = utf8Length(JSON.stringify(message))
    sizes.set(message, bytes)
  }
  return bytes
}

/** One list, or as many as are needed to keep each below `bytes`; a large message stands alone. */
export function splitMessages(messages: Message[], bytes: number): Message[][] {
  const pages: Message[][] = [[]]
  let left = bytes
  for (const message of messages) {
    const size = bytesOf(message) + 1
    if (size > left && pages.at(-1)?.length) {
      pages.push([])
      left = bytes
    }
    left -= size
    pages.at(-1)?.push(message)
  }
  return pages
}
