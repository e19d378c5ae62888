/** The benchmark runs from end to end, as a smoke test: its figures mean nothing here. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const bench = (...options: string[]) =>
  spawnSync('node', [join(import.meta.dirname, 'ui.ts'), ...options], { encoding: 'utf8' })

const SUBJECTS = ['memo-rows', 'memo-rows, a commit each', 'session-kit', 'session-kit, Markdown']

test('every scenario puts all its lists through the same and judges its goals', () => {
  const { stdout, stderr, status } = bench('--quick')
  expect([stderr, status]).toEqual(['', 0])
  const lists = stdout
    .split('\n')
    .flatMap((line) => /^\| ([^|]+ · [\d,]+) \|/.exec(line)?.[1] ?? [])
  const at = (messages: string) => SUBJECTS.map((name) => `${name} · ${messages}`)
  const both = [...at('100'), ...at('1,000')]
  expect(lists).toEqual([...[...both, ...both, ...both], ...at('1,000'), ...both, ...at('100')])
  expect(stdout).not.toMatch(/NaN|undefined|–.*\|/)
  expect(stdout.match(/^- \*\*(met|missed)\*\* /gm)).toHaveLength(12)
})

test('an unknown scenario is refused with the names of all', () => {
  const { stderr, status } = bench('--scenario', 'shows')
  expect(status).toBe(1)
  expect(stderr).toMatch(/there is no scenario shows\. Use one of show, tokens, tokens-slow, /)
})
