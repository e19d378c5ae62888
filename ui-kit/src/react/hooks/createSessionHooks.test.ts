/** The type tests beside this file, compiled; and that they notice when the types change. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as kit from '../../index.ts'

const source = readFileSync(join(import.meta.dirname, 'createSessionHooks.test-d.ts'), 'utf8')
const EXPECT = '@ts-expect-error'

const CHANGES = [
  ['weather: { celsius: number }', 'weather: { celsius: string }'],
  ['output: string[]', 'output: number'],
  ['cursor: { x: number; y: number }', 'cursor: string'],
  ['meta: { topic: string }', 'meta: { topic: number }'],
  ["kind: 'wave'; to: string", "kind: 'wave'; to: number"],
] as const

const kitFolder = join(import.meta.dirname, '../../..')
// Within the kit, where React's types are found.
const folder = mkdtempSync(join(kitFolder, 'node_modules/.type-tests-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the compiler said of each file: `line TScode`. */
const errors: Record<string, string[]> = {}

/** In one run, for it is the reading of the platform's types that takes the time. */
beforeAll(() => {
  const files: Record<string, string> = {
    asItIs: source,
    withoutExpectations: source.replaceAll(EXPECT, ''),
  }
  for (const [index, [before, after]] of CHANGES.entries())
    files[`changed${index}`] = source.replace(before, after)
  for (const [name, code] of Object.entries(files)) {
    errors[name] = []
    writeFileSync(
      join(folder, `${name}.ts`),
      code.replaceAll('../../index.ts', '../../src/index.ts'),
    )
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(kitFolder, 'tsconfig.json'), include: ['*.ts'] }),
  )
  const { stdout } = spawnSync('tsc', ['-p', folder, '--pretty', 'false'], {
    cwd: kitFolder,
    encoding: 'utf8',
  })
  for (const [said, name = '', line, code] of stdout.matchAll(
    /^\S*?(\w+)\.ts\((\d+),.*?error (TS\d+)/gm,
  ))
    (errors[name] ?? expect.fail(said)).push(`${line} ${code}`)
}, 120_000)

test("an application's types reach every hook, and what they don't allow doesn't compile", () => {
  expect(errors.asItIs).toEqual([])
})

test('each expected mistake is one, and there are many', () => {
  const lines = source
    .split('\n')
    .flatMap((text, at) => (text.includes(EXPECT) ? [`${at + 2}`] : []))
  expect([...new Set(errors.withoutExpectations?.map((said) => said.split(' ')[0]))]).toEqual(lines)
  expect(lines.length).toBeGreaterThan(25)
  // None of them is a file or a name that wasn't found, which would hide all others.
  expect(errors.withoutExpectations).not.toContainEqual(expect.stringMatching(/2304|2307|7016/))
})

test.each(CHANGES.map(([before], index) => [before, index] as const))(
  'another type than `%s` is noticed',
  (before, index) => {
    expect(source).toContain(before)
    expect(errors[`changed${index}`]).not.toEqual([])
  },
)

test('it gives the hooks of the kit and nothing else', () => {
  const hooks = kit.createSessionHooks()
  expect(kit.createSessionHooks()).toBe(hooks)
  const { SessionProvider } = kit
  const own = Object.entries(kit).filter(([name]) => /^use[A-Z]/.test(name))
  expect(hooks).toEqual({ SessionProvider, ...Object.fromEntries(own) })
})
