/** Every component of the kit is in the book, and with all that it takes. */

import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readProps } from '../../.storybook/readProps.ts'

const read = (glob: string) =>
  globSync(glob, { cwd: import.meta.dirname }).map((file) =>
    readFileSync(`${import.meta.dirname}/${file}`, 'utf8'),
  )

const components = readProps()
const stories = read('{react,markdown}/**/*.stories.tsx').join('\n')

/** The large-lettered values that an entry hands out. */
const exported = [...read('index.ts'), ...read('markdown/index.ts')].flatMap((entry) =>
  [...entry.matchAll(/^export \{([^}]+)\}/gm)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => /^[A-Z][a-z]/.test(name) && components.has(name)),
  ),
)

test('the entries hand out components, and all of them are read', () => {
  expect(exported.length).toBeGreaterThan(40)
  expect(exported).toContain('StatusIndicatorRetry')
})

test.each(exported.filter((name) => name !== 'SessionProvider'))('%s is in the book', (name) => {
  expect(stories).toMatch(new RegExp(`component: ${name}\\b|^ {6,}${name},$`, 'm'))
  expect(components.get(name)?.description).not.toBe('')
})

const interfaces = read('{react,markdown}/**/*.tsx').flatMap((source) =>
  [...source.matchAll(/^export interface ([A-Z]\w+)Props\b[^{]*\{\n(.*?)^\}/gms)].map(
    ([, name = '', body = '']) => ({ name, body }),
  ),
)

test.each(interfaces)('$name: the table has all that its interface says', ({ name, body }) => {
  const own = [...body.matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, prop]) => prop)
  expect(own).not.toEqual([])
  expect(components.get(name)?.props.map((prop) => prop.name)).toEqual(expect.arrayContaining(own))
})

test('types of others are followed, with their defaults, words and values', () => {
  const propOf = (name: string, prop: string) =>
    components.get(name)?.props.find((each) => each.name === prop)
  expect(propOf('MessageFeed', 'virtual')).toMatchObject({
    defaultValue: "'auto'",
    options: [true, false, 'auto'],
  })
  expect(propOf('MessageFeed', 'children')).toBeUndefined()
  expect(propOf('Chat', 'upload')?.description).toMatch(/no files/)
  expect(propOf('Composer', 'submitOn')?.options).toEqual(['enter', 'mod-enter'])
  expect(propOf('StatusIndicator', 'className')?.detail).toMatch(/view:/)
  expect(propOf('MessageTool', '…')?.type).toBe("ComponentPropsWithRef<'details'>")
})
