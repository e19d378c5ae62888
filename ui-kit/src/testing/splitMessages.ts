/** One list, or as many as are needed to keep each below `bytes`; a large message stands alone. */

import { type Message, utf8Length } from '../protocol/index.ts'

export function splitMessages(messages: Message[], bytes: number): Message[][] {
  const pages: Message[][] = [[]]
  let left = bytes
  for (const message of messages) {
    const size = utf8Length(JSON.stringify(message)) + 1
    if (size > left && pages.at(-1)?.length) {
      pages.push([])
      left = bytes
    }
    left -= size
    pages.at(-1)?.push(message)
  }
  return pages
}
