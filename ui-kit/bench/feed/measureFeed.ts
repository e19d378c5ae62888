/**
 * A process of its own for one measurement: `node --expose-gc measureFeed.ts JSON` prints a sample
 * as JSON.
 *
 * The first pass is thrown away; after each pass the feed shows exactly what was said.
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

/** Frames of one pass over a fresh feed: a long answer, or a night's messages. */
const PASS = 2_000
const PASSES = 25
/** An animation frame at 1,000 frames a second. */
const DRAW_EVERY = 16

const words = ['Live ', 'sessions ', 'keep ', 'every ', 'message ', 'once, ', 'in ', 'order. ']

async function measure({ feed: name, kind, stored, forMs }: Workload): Promise<FeedSample> {
  const feed = FEEDS.find((one) => one.name === name)
  if (!feed) throw new Error(`bench: there is no feed ${name}`)
  const all = { frames: 0, ms: 0, cpuUs: 0 }
  await pass(feed, kind, stored, forMs / 4)
  for (let n = 0; n < PASSES && all.ms < forMs; n++) {
    const { frames, ms, cpuUs } = await pass(feed, kind, stored, forMs - all.ms)
    all.frames += frames
    all.ms += ms
    all.cpuUs += cpuUs
  }
  return { perSecond: (all.frames / all.ms) * 1_000, cpuUs: all.cpuUs / all.frames }
}

async function pass(feed: Feed, kind: Workload['kind'], stored: number, forMs: number) {
  const room: Room = { log: createLog(stored), connections: 1 }
  if (kind === 'deltas') room.log.push(createMessage(stored + 1, '', 'streaming'))
  const expected = room.log.map(textOf)
  const open = await feed.open(room)
  const said = kind === 'deltas' ? sayDeltas(feed, stored + 1) : sayMessages(feed, stored)
  // What the preparation left is not the feed's.
  gc?.()
  let frames = 0
  const cpu = process.cpuUsage()
  const startMs = performance.now()
  while (frames < PASS && performance.now() - startMs < forMs) {
    for (const { wire } of said.slice(frames, frames + DRAW_EVERY)) open.deliver(wire)
    open.draw()
    // Whoever works on in promises is done by then.
    await setImmediate()
    frames += DRAW_EVERY
  }
  const ms = performance.now() - startMs
  const { user, system } = process.cpuUsage(cpu)

  const texts = said.slice(0, frames).map(({ text }) => text)
  if (kind === 'messages') expected.push(...texts)
  else expected.push(`${expected.pop()}${texts.join('')}`)
  if (open.texts().join('\n') !== expected.join('\n') || open.seen() !== expected.at(-1)?.length)
    throw new Error(`bench: ${feed.name} does not show what was said`)
  return { frames: texts.length, ms, cpuUs: user + system }
}

function sayDeltas({ dialect }: Feed, seq: number) {
  let from = 0
  return Array.from({ length: PASS }, (_, n) => {
    const text = words[n % words.length] ?? ''
    const frame = { type: 'delta' as const, id: `message-${seq}`, part: 0, from, text }
    from += text.length
    return { text, wire: dialect.wrap(frame, seq + 1 + n) }
  })
}

function sayMessages({ dialect }: Feed, stored: number) {
  return Array.from({ length: PASS }, (_, n) => {
    const seq = stored + 1 + n
    const text = `message ${seq} `.repeat(8)
    return { text, wire: dialect.wrap(msgFrame(createMessage(seq, text)), seq) }
  })
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '{}'))))
process.exit(0)
