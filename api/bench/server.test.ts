/** The benchmark runs from end to end, as a smoke test: its figures mean nothing here. */

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const bench = (...options: string[]) =>
  spawnSync('node', [join(import.meta.dirname, 'server.ts'), ...options], { encoding: 'utf8' })

test('a scenario puts both servers through the same and judges its goals', () => {
  const { stdout, stderr, status } = bench('--quick', '--scenario', 'fan-out')
  expect([stderr, status]).toEqual(['', 0])
  const rows = stdout.split('\n').filter((line) => /^\| (plain|session-kit) /.test(line))
  expect(rows.map((row) => row.split(' | ').slice(0, 3).join(' '))).toEqual([
    '| plain 10 1',
    '| session-kit 10 1',
    '| plain 10 10',
    '| session-kit 10 10',
  ])
  expect(rows.join('')).not.toContain('NaN')
  expect(stdout.match(/^- \*\*(met|missed|not measured)\*\* /gm)).toHaveLength(4)
})

test('an unknown scenario is refused with the names of all', () => {
  const { stderr, status } = bench('--scenario', 'fan-in')
  expect(status).toBe(1)
  expect(stderr).toMatch(/there is no scenario fan-in\. Use one of raw-echo, fan-out, /)
})
