/** Every sample of the READMEs and guides that speaks of the kit compiles, as it stands. */

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import * as kit from '../src/index.ts'
import { compileTypes } from './compileTypes.ts'

const root = join(import.meta.dirname, '../..')

const PAGES = [
  'README.md',
  'ui-kit/README.md',
  ...globSync('.storybook/guides/*.mdx', { cwd: root }),
]

/** Those are the Worker's, and tested there; or they are files of this repository, and run. */
const ELSEWHERE = /from '(@session-kit\/api|hono|storybook)/

interface Sample {
  page: string
  path: string
  code: string
}

const samples = PAGES.flatMap(samplesOf).filter(({ code }) => !ELSEWHERE.test(code))

/** A fence may give its file's name, by which others of that page import it. */
function samplesOf(page: string): Sample[] {
  const folder = page.replaceAll(/\W/g, '-')
  const fences = readFileSync(join(root, page), 'utf8').matchAll(
    /^```(tsx?)(?: (\S+))?\n(.*?)^```/gms,
  )
  return [...fences].map(([, extension, name, code = ''], index) => ({
    page,
    path: name ? `${folder}/${name}` : `${folder}/sample${index}.${extension}`,
    code: /^import /m.test(code) ? code : withImports(code),
  }))
}

/** A line or two alone: what it names of the kit is there. */
function withImports(code: string): string {
  const names = Object.keys(kit).filter((name) => new RegExp(`\\b${name}\\b`).test(code))
  return `import { ${names.join(', ')} } from '@session-kit/ui-kit'\n${code}`
}

let errors: Record<string, string[]>

beforeAll(() => {
  errors = compileTypes(
    Object.fromEntries([
      ...samples.map(({ path, code }) => [path, code]),
      ['wrong.ts', withImports("createSession({ url: '', sessionID: 'x' })")],
    ]),
  )
}, 120_000)

test('a sample that is wrong is noticed', () => {
  expect(errors['wrong.ts']).toEqual([expect.stringContaining('sessionID')])
})

test('a sample that fetches looks whether it was answered', () => {
  const fetching = samples.filter(({ code }) => /\bawait fetch\(/.test(code))
  expect(fetching.length).toBeGreaterThan(1)
  expect(fetching.filter(({ code }) => !code.includes('.ok)')).map(({ path }) => path)).toEqual([])
})

test('each page with samples has its test', () => {
  expect(new Set(samples.map(({ page }) => page)).size).toBeGreaterThan(4)
})

test.each(samples.map(({ path }) => path))('%s', (path) => {
  expect(errors[path]).toEqual([])
})
