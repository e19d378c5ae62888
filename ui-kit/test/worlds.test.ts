/**
 * Random worlds: people, tabs, networks and a server that go wrong in every way, by seed.
 *
 * `SEED=7 WORLDS=1` plays one again, `WORLDS=50000` plays for long. A seed that fails is cut down
 * to the few steps that matter, and printed; what it found gets a named test beside the code.
 */

import { expect, test } from 'vitest'
import { expectHits } from './expectHits.ts'
import { plan, play } from './play.ts'
import { shrink } from './shrink.ts'

const { SEED = '1', WORLDS = '1000' } = process.env
const first = Number(SEED)
const last = first + Number(WORLDS) - 1

test(`[W3] [W5] [W6] [W12] [F17] [F52] [F55] [F62] [F85] random worlds, seeds ${first} to ${last}: nothing lost, doubled, overtaken or pretended`, {
  timeout: 7_200_000,
}, async () => {
  const hits = new Map<string, number>()
  const startedMs = performance.now()
  for (let seed = first; seed <= last; seed++) {
    const steps = plan(seed)
    try {
      await play(seed, steps, hits)
    } catch (error) {
      const { fewer, reason } = await shrink(seed, steps, error)
      console.error(`seed ${seed} fails, and still does with only\n${JSON.stringify(fewer)}`)
      throw reason
    }
  }
  const seconds = (performance.now() - startedMs) / 1000
  const listed = [...hits].sort().map(([what, count]) => `${what} ${count}`)
  console.info(`${WORLDS} worlds, ${Math.round(Number(WORLDS) / seconds)} a second`)
  console.info(listed.join(', '))
  // A few worlds can't meet everything.
  if (Number(WORLDS) >= 1_000) expectHits(hits)
})

test('the same seed plays the same world, a shorter schedule a shorter one', async () => {
  const [first, second, shorter] = [new Map(), new Map(), new Map()]
  await play(7, plan(7), first)
  await play(7, plan(7), second)
  await play(7, plan(7).slice(0, 3), shorter)
  expect(second).toEqual(first)
  expect(shorter).not.toEqual(first)
})

test('a schedule that fails is cut down to the step that matters', async () => {
  const steps = [...plan(3), { kind: 'no such act', seed: 1, waitMs: 0 }, ...plan(4)]
  const failure = await play(1, steps).catch((error: unknown) => error)
  const { fewer, reason } = await shrink(1, steps, failure)
  expect(fewer).toEqual([{ kind: 'no such act', seed: 1, waitMs: 0 }])
  expect(String(reason)).toContain('no such act')
})
