/** Catching up on a line that hardly bears it, and on one that dies meanwhile. */

import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../protocol/index.ts'
import { createWorld, phase, rows, texts } from './createWorld.test.ts'

test.each([
  { mode: 'snapshot', syncMessages: 39 },
  { mode: 'suffix', syncMessages: 40 },
])(
  '[F10] [F67] a $mode that takes a minute: each part gives the next its time',
  ({ mode, syncMessages }) => {
    const { join, clock, room, server, frames } = createWorld({ limits: { syncMessages } })
    room.history([{ text: 'known' }])
    const session = join()
    server.offline(true)
    room.history(Array.from({ length: 40 }, () => ({ text: 'x'.repeat(40_000) })))
    clock.advance(1_000)
    session.send('not before')
    server.bandwidth(20_000)
    server.offline(false)
    session.reconnect()
    const { dials } = server
    clock.advance(60_000)
    expect(phase(session)).toBe('syncing')
    clock.advance(60_000)
    expect([phase(session), server.dials]).toEqual(['live', dials])
    expect(rows(session).at(-1)).toBe('not before stored')
    expect(frames.filter(({ data }) => data.includes(`"mode":"${mode}"`)).length).toBeGreaterThan(
      30,
    )
  },
)

test('[F67] a line that is lived on catches up slowly, too; what is said then is stored', () => {
  const { join, clock, room, server } = createWorld()
  const session = join()
  server.loseNext('msg', 20)
  for (let n = 0; n < 20; n++) room.post('x'.repeat(40_000))
  server.bandwidth(20_000)
  room.post('and a gap is seen')
  clock.advance(5_000)
  session.send('behind all that')
  clock.advance(60_000)
  expect(server.dials).toBe(1)
  expect(rows(session).at(-1)).toBe('behind all that stored')
})

/** Live, and amid a catch-up of eight parts, each of which takes 28 s. */
function catchUpSlowly() {
  const world = createWorld()
  const { join, clock, room, server } = world
  const line = { isCut: false }
  const Cut = class extends server.WebSocket {
    override addEventListener(type: never, listener: (event: never) => void) {
      super.addEventListener(type, ((event: never) => line.isCut || listener(event)) as never)
    }
  }
  const session = join({ WebSocket: Cut })
  clock.advance(12_000)
  server.loseNext('msg', 8)
  for (let n = 0; n < 8; n++) room.post('x'.repeat(250_000))
  server.bandwidth(9_000)
  room.post('and a gap is seen')
  clock.advance(100_000)
  expect(texts(session)).toEqual([])
  return { ...world, line, session }
}

test('[F67] on a line that is lived on no ping cuts what comes part by part', () => {
  const { session, clock, server, line } = catchUpSlowly()
  clock.advance(130_000)
  expect(texts(session).at(-1)).toBe('and a gap is seen')
  expect(server.dials).toBe(1)
  // From here on it is watched as ever.
  clock.advance(60_000)
  line.isCut = true
  clock.advance(31_000)
  expect(phase(session)).not.toBe('live')
})

test('[F17] [F67] one that dies amid them is given up within half a minute', () => {
  const { session, clock, line } = catchUpSlowly()
  line.isCut = true
  clock.advance(30_000)
  expect(phase(session)).not.toBe('live')
})

test('[F10] [F67] the largest message gets through a line of 9 kB/s, at first and later', () => {
  const { join, clock, room, server } = createWorld()
  const largest = 'x'.repeat(DEFAULT_LIMITS.messageBytes - 2)
  room.history([{ text: largest }])
  server.bandwidth(9_000)
  const session = join({ connectTimeoutMs: 2_000 })
  clock.advance(30_000)
  expect(rows(session)).toHaveLength(1)
  server.bandwidth(Infinity)
  server.loseNext('msg')
  room.post(largest)
  server.bandwidth(9_000)
  room.post('and a gap is seen')
  clock.advance(32_000)
  expect(rows(session)).toHaveLength(3)
  expect(server.dials).toBe(1)
})

test('[F10] half a minute of silence amid a catch-up, or talk that is none, end the attempt', () => {
  const { join, clock, room, server } = createWorld()
  room.history([{ text: 'x'.repeat(40_000) }, { text: 'x'.repeat(250_000) }])
  server.bandwidth(7_000)
  const session = join()
  clock.advance(35_000)
  expect(server.dials).toBe(1)
  clock.advance(3_000)
  expect(server.dials).toBe(2)
  server.bandwidth(Infinity)
  server.ignoreNext('hello', Infinity)
  server.drop()
  clock.advance(5_000)
  const before = server.dials
  for (let n = 0; n < 20; n++) {
    room.broadcast({ n })
    clock.advance(1_000)
  }
  expect(phase(session)).not.toBe('live')
  expect(server.dials).toBeGreaterThan(before)
})
