/** The examples of the README are files that run as tests: here, and as a story. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8')
const readme = read('../../README.md')

test.each([
  ['unit test', 'ts', './example.test.ts'],
  ['story', 'tsx', '../../../.storybook/stories/YourOwn.stories.tsx'],
])('the %s of the README is one that runs', (_name, language, path) => {
  expect(readme).toContain(`\`\`\`${language}\n${read(path).trim()}\n\`\`\`\n`)
})

test('every switch of the fake server is in the guide', () => {
  const guide = read('../../../.storybook/guides/fakeServer.md')
  const told = new Set(guide.match(/`[^`]+`/g)?.flatMap((code) => code.match(/\w+/g) ?? []))
  const sources = ['createFakeServer', 'createFakeNetwork', 'createFakeSession', 'FakePlayer']
  const interfaces =
    /export interface (?:FakeServer|FakeNetwork|FakeSession|FakeStream)\b[\s\S]*?\n}/
  const names = sources.flatMap((file) => {
    const [body = ''] = interfaces.exec(read(`./${file}.ts`)) ?? []
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name ?? '')
  })
  expect(names.length).toBeGreaterThan(40)
  expect(names.filter((name) => !told.has(name))).toEqual([])
})
