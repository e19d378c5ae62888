/**
 * The page of failures and the titles of the tests name the same ids: a title's id can be looked
 * up, and what the page promises has a test.
 */

import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../../..')

/** A string that opens with ids in brackets, several or one, of whatever kind. */
const TITLE = /['"`](?:\[[A-Z]\d+\]\s*)+/g

const files = globSync('{.storybook,api,demo,ui-kit}/**/*.{test,stories}.{ts,tsx}', {
  cwd: root,
  exclude: ['**/node_modules/**', '**/dist/**'],
})

const tested = new Set(
  files
    .flatMap((path) => readFileSync(join(root, path), 'utf8').match(TITLE) ?? [])
    .flatMap((title) => title.match(/F\d+/g) ?? []),
)

const page = readFileSync(join(import.meta.dirname, 'failures.md'), 'utf8')
const listed = [...page.matchAll(/^\| (F\d+) \|/gm)].map(([, id]) => id ?? '')

test('every failure that a title carries has a line on the page', () => {
  expect([...tested].filter((id) => !listed.includes(id))).toEqual([])
})

test('every line of the page has a test', () => {
  expect(listed.filter((id) => !tested.has(id))).toEqual([])
})

test('the page names each failure once, in order', () => {
  expect(listed.length).toBeGreaterThan(0)
  expect(listed).toEqual([...new Set(listed)].sort())
})
