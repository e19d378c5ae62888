/**
 * The pages of failures and threats and the titles of the tests name the same ids: a title's id
 * can be looked up, and what a page promises has a test.
 */

import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')

/** A string that opens with ids in brackets, several or one, of whatever kind. */
const TITLE = /['"`](?:\[[A-Z]+\d*\]\s*)+/g

const files = globSync('{.storybook,api,demo,ui-kit}/**/*.{test,stories}.{ts,tsx}', {
  cwd: root,
  exclude: ['**/node_modules/**', '**/dist/**'],
})

const titles = files.flatMap((path) => readFileSync(join(root, path), 'utf8').match(TITLE) ?? [])

describe.each([
  { page: 'ui-kit/src/session/failures.md', id: /F\d+/g },
  { page: 'api/failures.md', id: /S\d+/g },
  { page: 'api/threats.md', id: /T\d+/g },
])('$page', ({ page, id }) => {
  const tested = new Set(titles.flatMap((title) => title.match(id) ?? []))
  const rows = readFileSync(join(root, page), 'utf8').match(/^\| [A-Z]\d+ \|/gm) ?? []
  const listed = rows.flatMap((row) => row.match(id) ?? [])

  test('every failure that a title carries has a line on the page', () => {
    expect([...tested].filter((one) => !listed.includes(one))).toEqual([])
  })

  test('every line of the page has a test', () => {
    expect(listed.filter((one) => !tested.has(one))).toEqual([])
  })

  test('the page names each failure once, in order', () => {
    expect(listed.length).toBeGreaterThan(0)
    expect(listed).toEqual([...new Set(listed)].sort())
  })
})
