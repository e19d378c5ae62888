/** The benchmark runs from end to end, as a smoke test: its figures mean nothing here. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const bench = (...options: string[]) =>
  spawnSync('node', [join(import.meta.dirname, 'client.ts'), ...options], { encoding: 'utf8' })

test('every scenario puts all its clients through the same and judges its goals', () => {
  const { stdout, stderr, status } = bench('--quick')
  expect([stderr, status]).toEqual(['', 0])
  const rows = stdout.split('\n').filter((line) => /^\| [a-z]/.test(line))
  const names = rows.map((row) => row.split(' | ')[0]?.slice(2))
  expect(names.filter((name) => name !== 'client' && name !== 'feed')).toEqual([
    ...['phoenix', 'session-kit'],
    ...['phoenix', 'session-kit'],
    ...['session-kit/socket', 'session-kit'],
    ...['by hand, array copied', 'centrifuge, array copied', 'session-kit'],
    ...['by hand, array copied', 'session-kit'],
  ])
  expect(stdout).not.toMatch(/NaN|undefined/)
  expect(stdout.match(/^- \*\*(met|missed|not measured)\*\* /gm)).toHaveLength(9)
})

test('an unknown scenario is refused with the names of all', () => {
  const { stderr, status } = bench('--scenario', 'herds')
  expect(status).toBe(1)
  expect(stderr).toMatch(/there is no scenario herds\. Use one of herd, hot-loop, dead-line, /)
})
