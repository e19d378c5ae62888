import { expect, test } from 'vitest'
import { RUNS } from './modes.ts'

/** Vite leaves out the file that asks: this one, which runs once. */
const tests = import.meta.glob<string>(['../src/**/*.test.ts', './*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const texts = new Map(
  Object.entries(tests).map(([path, text]) => [
    path.replace('../', '').replace('./', 'test/'),
    text,
  ]),
)

const hasSession = (text: string) => /from '.*\/(TestClient|withRoom)\.ts'/.test(text)

test('every test file with a session says in test/modes.ts in which modes it runs, once', () => {
  const said = RUNS.flatMap(({ files }) => files)
  const files = [...texts].flatMap(([file, text]) => (hasSession(text) ? file : []))
  expect(said.toSorted()).toEqual(files.toSorted())
})

test('a test file runs in the modes that it is said to run in', () => {
  const uses = { all: ' describe.each(MODES)', line: ' describe.each(LINE_MODES)' }
  for (const { modes, files } of RUNS)
    for (const file of files) {
      const text = ` ${texts.get(file)?.replaceAll('\n', ' ')}`
      const runs = text.includes(uses.all) ? 'all' : text.includes(uses.line) ? 'line' : 'once'
      expect(runs, file).toBe(modes)
    }
})

test('a test file of all modes says how often its objects were evicted and ended', () => {
  for (const { modes, files } of RUNS)
    for (const file of modes === 'all' ? files : [])
      for (const check of ['checkEvictions', 'checkEndings'])
        expect(texts.get(file), file).toMatch(new RegExp(`^test\\(.* => ${check}\\([1-9]`, 'm'))
})
