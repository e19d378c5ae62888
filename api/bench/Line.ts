/**
 * One client's socket, as cheap as it can be: the machine is shared with the server.
 *
 * A reader parses each text once, however many sockets get it. Must not know what is measured.
 */

import { WebSocket } from 'ws'
import type { Frame, Target } from './targets.ts'

export interface Line {
  send(text: string): void
  /** gets every text as it came; replaced by assignment */
  onData: (data: Buffer) => unknown
  /** bytes that arrived so far */
  bytes: number
  /** Cuts the socket. Idempotent. */
  close(): void
}

/** What takes longer than this to be told that it is in will never be. */
const JOIN_MS = 60_000

/** Opens a socket and says nothing. @throws Error when it can't be opened */
export function openLine(url: string, onData: Line['onData'] = () => {}): Promise<Line> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  })
  const line: Line = {
    send: (text) => socket.send(text),
    onData,
    bytes: 0,
    close: () => socket.terminate(),
  }
  socket.on('message', (data: Buffer) => {
    line.bytes += data.length
    line.onData(data)
  })
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('open', () => resolve(line))
  })
}

/** Joins a room: open, and told so where the server tells. @throws Error when it is never told */
export async function join(target: Target, base: string, room: string, n: number): Promise<Line> {
  const { readyMark, hello } = target
  const url = base + target.path(room, `person-${n}`)
  if (readyMark === undefined) return openLine(url)
  let timer: NodeJS.Timeout | undefined
  // A server may speak first, in the very turn in which the socket opens.
  let isReady = () => {}
  const ready = new Promise<void>((resolve, reject) => {
    isReady = resolve
    timer = setTimeout(() => reject(new Error(`${target.name}: nobody is let in`)), JOIN_MS)
  })
  const [line] = await Promise.all([
    openLine(url, (data) => data.includes(readyMark) && isReady()).then((open) => {
      if (hello) open.send(hello())
      return open
    }),
    ready,
  ])
  clearTimeout(timer)
  line.onData = () => {}
  return line
}

/** A room full of people, who come a few at a time. */
export async function fill(target: Target, base: string, room: string, size: number) {
  const lines: Line[] = []
  while (lines.length < size) {
    const some = Array.from(
      { length: Math.min(50, size - lines.length) },
      (_, n) => lines.length + n,
    )
    lines.push(...(await Promise.all(some.map((n) => join(target, base, room, n)))))
  }
  return lines
}

/** A batch is an array. */
export const framesOf = (value: Frame): Frame[] => (Array.isArray(value) ? value : [value])

const REMEMBERED = 32

/** Makes of a text what `read` makes of its frames; the newest texts are remembered. */
export function createReader<T>(read: (frames: Frame[]) => T): (data: Buffer) => T {
  const known: { data: Buffer; result: T }[] = []
  return (data) => {
    const found = known.find((one) => one.data.equals(data))
    if (found) return found.result
    const result = read(framesOf(JSON.parse(`${data}`)))
    // Newest first, and a copy: a socket's buffer is part of a larger one.
    known.unshift({ data: Buffer.from(data), result })
    if (known.length > REMEMBERED) known.pop()
    return result
  }
}
