import { expect, test } from 'vitest'
import { playOnRealSockets } from './playOnRealSockets.ts'

const seed = Number(process.env.SEED ?? 1)
const KINDS = [
  ...['say', 'cut', 'blackhole', 'slow', 'refuse', 'reload', 'open'],
  ...['reconnect', 'cancel', 'look back', 'kill the server'],
]

test(`[W3] [W5] [F53] random people on real sockets, seed ${seed}: every feed is the history`, async () => {
  const hits = await playOnRealSockets(seed, 150)
  console.info([...hits].map(([what, count]) => `${what} ${count}`).join(', '))
  expect(KINDS.filter((kind) => !hits.get(kind))).toEqual([])
}, 180_000)
