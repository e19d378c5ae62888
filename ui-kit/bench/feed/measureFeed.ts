/**
 * A process of its own for one measurement: `node --expose-gc measureFeed.ts JSON` prints a sample
 * as JSON.
 *
 * At the end the feed shows exactly what was said.
 */

import { setImmediate } from 'node:timers/promises'
import { createMessage, msgFrame, type Room, textOf } from '../room/Dialect.ts'
import { createLog } from '../room/dialects.ts'
import { FEEDS, type Feed } from './feeds.ts'

export interface Workload {
  feed: string
  /** of the texts of the server */
  kind: 'deltas' | 'messages'
  /** messages in the log before */
  stored: number
  /** ms of measured work after which no more is begun */
  forMs: number
}

export interface FeedSample {
  perSecond: number
  /** µs of CPU for one frame, garbage collection included */
  cpuUs: number
}

/** Frames before the measurement, and in it at most: a long answer, a night's messages. */
const FRAMES = {
  deltas: { before: 2_000, most: 20_000 },
  messages: { before: 500, most: 2_000 },
} as const
/** An animation frame at 1,000 frames a second. */
const DRAW_EVERY = 16

const words = ['Live ', 'sessions ', 'keep ', 'every ', 'message ', 'once, ', 'in ', 'order. ']

async function measure({ feed: name, kind, stored, forMs }: Workload): Promise<FeedSample> {
  const feed = FEEDS.find((one) => one.name === name)
  if (!feed) throw new Error(`bench: there is no feed ${name}`)
  const { before, most } = FRAMES[kind]
  const room: Room = { log: createLog(stored), connections: 1 }
  if (kind === 'deltas') room.log.push(createMessage(stored + 1, '', 'streaming'))
  const expected = room.log.map(textOf)
  const open = await feed.open(room)
  const say = kind === 'deltas' ? sayDeltas : sayMessages
  const said = say(feed, stored, before + most)

  const apply = async (from: number, to: number, withinMs: number) => {
    const endMs = performance.now() + withinMs
    let at = from
    for (; at < to && performance.now() < endMs; at += DRAW_EVERY) {
      for (const { wire } of said.slice(at, Math.min(at + DRAW_EVERY, to))) open.deliver(wire)
      open.draw()
      // Whoever works on in promises is done by then.
      await setImmediate()
    }
    return Math.min(at, to)
  }
  const warm = await apply(0, before, forMs / 2)
  // What the preparation left is not the feed's.
  gc?.()
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  const applied = await apply(warm, before + most, forMs)
  const ms = performance.now() - startMs
  const { user, system } = process.cpuUsage(cpu)

  const texts = said.slice(0, applied).map(({ text }) => text)
  if (kind === 'messages') expected.push(...texts)
  else expected.push(`${expected.pop()}${texts.join('')}`)
  if (open.texts().join('\n') !== expected.join('\n') || open.seen() !== expected.at(-1)?.length)
    throw new Error(`bench: ${feed.name} does not show what was said`)
  const frames = applied - warm
  return { perSecond: (frames / ms) * 1_000, cpuUs: (user + system) / frames }
}

function sayDeltas({ dialect }: Feed, stored: number, count: number) {
  const seq = stored + 1
  let from = 0
  return Array.from({ length: count }, (_, n) => {
    const text = words[n % words.length] ?? ''
    const frame = { type: 'delta' as const, id: `message-${seq}`, part: 0, from, text }
    from += text.length
    return { text, wire: dialect.wrap(frame, seq + 1 + n) }
  })
}

function sayMessages({ dialect }: Feed, stored: number, count: number) {
  return Array.from({ length: count }, (_, n) => {
    const seq = stored + 1 + n
    const text = `message ${seq} `.repeat(8)
    return { text, wire: dialect.wrap(msgFrame(createMessage(seq, text)), seq) }
  })
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}'))))
process.exit(0)
