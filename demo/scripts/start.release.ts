/** Whichever process of `start` is killed, all of them end; and what `start.test.ts` leaves out. */

import { expect, test } from 'vitest'
import {
  answers,
  cleanUp,
  describeTree,
  eventually,
  expectCleanEnd,
  find,
  kill,
  launch,
  post,
} from './launchInTest.ts'
import { survivors } from './launchStart.ts'

cleanUp()

const victims = {
  'the outer npx': /npx-cli/,
  pnpm: /^\S*node \S*pnpm\.cjs/,
  'the shell': /^sh -c node '\S*start\.ts'/,
  start: /^\S*node \S*start\.ts/,
  'the leash': /leash\.ts/,
  wrangler: /^\S*node \S*serve\.ts/,
  workerd: /workerd serve/,
  esbuild: /esbuild/,
}
test.each(Object.entries(victims))('[start] SIGKILL of %s ends all', async (_name, pattern) => {
  const started = await launch()
  await started.ready
  const tree = started.tree()
  kill(find(tree, pattern))
  await eventually(
    () => survivors(tree).length === 0,
    () => describeTree(survivors(tree)),
  )
  expect(await answers(started.port)).toBe(false)
})

test('[start] the second runtime process counts like the first', async () => {
  const started = await launch()
  await started.ready
  const tree = started.tree()
  kill(find(tree.toReversed(), /workerd serve/))
  await eventually(
    () => survivors(tree).length === 0,
    () => describeTree(survivors(tree)),
  )
})

test.each(['SIGTERM', 'SIGHUP'] as const)('[start] %s ends it cleanly', async (signal) => {
  const started = await launch()
  await started.ready
  await expectCleanEnd(started, signal)
})

test('[start] keeps guests out when told so', async () => {
  const closed = await launch({ env: { ALLOW_GUESTS: 'false' } })
  await closed.ready
  expect((await fetch(`${closed.url}/sessions/a/do/status`)).status).toBe(401)
})

test('[start] a session is there again after SIGKILL and a new start', async () => {
  const before = await launch()
  await before.ready
  const stored = await post(before.url, 'kept', 'still here')
  expect(stored.status).toBe(201)
  const tree = before.tree()
  for (const { pid } of tree.toReversed()) kill(pid)
  await before.ended

  const after = await launch()
  await after.ready
  const page = await fetch(`${after.url}/sessions/kept/do/messages`)
  expect(JSON.stringify(await page.json())).toContain('still here')
})

test('[start] a second start on the same state takes the place of the first', async () => {
  const first = await launch()
  await first.ready
  const tree = first.tree()
  const second = await launch({ port: first.port })
  await second.ready
  expect(await first.ended).toBe(1)
  expect(survivors(tree)).toEqual([])
  expect(await answers(second.port)).toBe(true)
})
