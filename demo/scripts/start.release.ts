/** Whichever process of `start` is killed, all of them end. */

import { expect, test } from 'vitest'
import { answers, cleanUp, describeTree, eventually, find, kill, launch } from './launchInTest.ts'
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
