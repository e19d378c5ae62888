import { expect, test } from 'vitest'
import { FEWER } from './modes.ts'

/** Vite leaves out the file that asks: this one, which runs once. */
const sources = import.meta.glob<string>(['../src/**/*.test.ts', './*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

interface Found {
  file: string
  title: string
  modes: 'all' | 'line' | 'once'
  text: string
}

/** A title, or what ends or begins at the margin. */
const PLACES =
  /^ *test(?:\.each[\s\S]*?\))?\(\s*(?:'(?<single>[^']*)'|"(?<double>[^"]*)")|^describe\.each\((?<block>\w+)\)|^\S*\)$/gm

/** The tests of a file; all that holds of a mode stands in the block of its modes. */
function testsOf(file: string, source: string): Found[] {
  const found: Found[] = []
  let modes: Found['modes'] = 'once'
  for (const { index, groups = {}, 0: all } of source.matchAll(PLACES)) {
    const title = groups.single ?? groups.double
    const last = found.at(-1)
    if (last && last.text === '') last.text = source.slice(source.indexOf(last.title), index)
    if (groups.block) modes = groups.block === 'MODES' ? 'all' : 'line'
    else if (title === undefined || !all.startsWith(' ')) modes = 'once'
    if (title !== undefined) found.push({ file, title, modes, text: '' })
  }
  return found.filter((one) => !one.title.endsWith(' in earnest'))
}

const files = Object.entries(sources).flatMap(([path, source]) => {
  const file = path.replace('../', '').replace('./', 'test/')
  return /from '.*\/(TestClient|withRoom)\.ts'/.test(source) ? [{ file, source }] : []
})
const tests = files.flatMap(({ file, source }) => testsOf(file, source))

test('whatever has a session runs in all modes, or test/modes.ts says why it does not', () => {
  const count = (modes: string) => tests.filter((one) => one.modes === modes).length
  console.log(`in all modes ${count('all')}, on one line ${count('line')}, once ${count('once')}`)
  const whole = new Set(FEWER.flatMap(({ files }) => files ?? []))
  const said = FEWER.flatMap(({ modes, tests = {} }) =>
    Object.entries(tests).flatMap(([file, titles]) =>
      titles.map((title) => `${modes} ${file} ${title}`),
    ),
  )
  const found = tests
    .filter(({ file, modes }) => modes !== 'all' && !whole.has(file))
    .map(({ file, modes, title }) => `${modes} ${file} ${title}`)
  expect(said.toSorted()).toEqual(found.toSorted())
})

test('a file that is said to run once is there, and does', () => {
  for (const whole of FEWER.flatMap(({ files }) => files ?? [])) {
    const modes = tests.filter(({ file }) => file === whole).map((one) => one.modes)
    expect([...new Set(modes)], whole).toEqual(['once'])
  }
})

test('a test that runs in modes makes use of them', () => {
  for (const { file, title, modes, text } of tests)
    if (modes !== 'once') expect(text, `${file}: ${title}`).toMatch(/\bmode\b/)
})

test('a file with modes says how often its objects were evicted and ended', () => {
  for (const { file, source } of files) {
    const checks = [
      ...(source.includes('describe.each(') ? ['checkEvictions'] : []),
      ...(source.includes('describe.each(MODES)') ? ['checkEndings'] : []),
    ]
    for (const check of checks)
      expect(source, file).toMatch(new RegExp(`^test\\(.* => ${check}\\([1-9]`, 'm'))
  }
})
