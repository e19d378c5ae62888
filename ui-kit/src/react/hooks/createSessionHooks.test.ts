/** The type tests beside this file, compiled; and that they notice when the types change. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { compileTypes } from '../../../scripts/compileTypes.ts'
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

let errors: Record<string, string[]>

beforeAll(() => {
  const files: Record<string, string> = {
    asItIs: source,
    withoutExpectations: source.replaceAll(EXPECT, ''),
  }
  for (const [index, [before, after]] of CHANGES.entries())
    files[`changed${index}`] = source.replace(before, after)
  const said = compileTypes(
    Object.fromEntries(
      Object.entries(files).map(([name, code]) => [
        `${name}.ts`,
        code.replace("'../../index.ts'", "'@session-kit/ui-kit'"),
      ]),
    ),
  )
  errors = Object.fromEntries(Object.entries(said).map(([path, list]) => [path.slice(0, -3), list]))
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
