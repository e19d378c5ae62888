/** The kit as a user installs it: the README's examples, compiled and bundled in a fresh project. */

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFolder, run } from './run.ts'

const root = join(import.meta.dirname, '../..')
const folder = emptyFolder()
const PROGRAM = 'withoutBrowser.mjs'

/** Every `ts` and `tsx` block of the READMEs that imports something: each a module of its own. */
const examples = [
  ...['README.md', 'ui-kit/README.md']
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
    .matchAll(/```(tsx?)\n([\s\S]*?)```/g),
]
  .map(([, extension, code]) => ({ extension: extension ?? '', code: code ?? '' }))
  .filter(({ code }) => code.startsWith('import '))
  // Those of the test kit are files of this repository, and run there.
  .filter(({ code }) => !/from '(vitest|storybook)/.test(code))

beforeAll(() => {
  const pnpm = ['-y', 'pnpm@12']
  run(root, 'npx', ...pnpm, '-F', 'ui-kit', 'build')
  run(join(root, 'ui-kit'), 'npx', ...pnpm, 'pack', '--out', join(folder.path, 'kit.tgz'))
  const dependencies = {
    '@session-kit/ui-kit': 'file:kit.tgz',
    react: '^19',
    'react-dom': '^19',
    zustand: '^5',
  }
  const devDependencies = {
    '@types/react': '^19',
    '@types/react-dom': '^19',
    esbuild: '^0.28',
    typescript: '^7',
    ws: '^8',
  }
  write('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies }))
  write('pnpm-workspace.yaml', 'packages: []\nallowBuilds:\n  esbuild: true\n')
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        jsx: 'react-jsx',
        module: 'esnext',
        moduleResolution: 'bundler',
        target: 'es2022',
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        types: [],
      },
      include: ['src'],
    }),
  )
  mkdirSync(join(folder.path, 'src'))
  for (const [index, { extension, code }] of examples.entries())
    write(`src/example${index}.${extension}`, code)
  run(folder.path, 'npx', ...pnpm, 'install')
})
afterAll(() => folder.remove())

test('the README has an example for each depth', () => {
  const entries = examples.map(({ code }) => /from '(@session-kit\/[^']+)'/.exec(code)?.[1])
  expect(new Set(entries)).toEqual(
    new Set(['@session-kit/ui-kit/socket', '@session-kit/ui-kit/session', '@session-kit/ui-kit']),
  )
})

test('they compile against the packed types', () => {
  expect(run(folder.path, 'npx', 'tsc', '-p', '.')).toBe('')
})

test('they bundle, with nothing missing', () => {
  for (const [index, { extension }] of examples.entries())
    run(
      folder.path,
      'npx',
      'esbuild',
      `src/example${index}.${extension}`,
      '--bundle',
      '--format=esm',
      '--outdir=out',
    )
})

// They come by npx, for this run alone: a runtime is too large to be anybody's dependency.
test.each(['node@24', 'bun@1.4'])(
  'the packed line and session come back, lose nothing and let the process end: %s',
  (runtime) => {
    copyFileSync(join(import.meta.dirname, PROGRAM), join(folder.path, PROGRAM))
    expect(JSON.parse(run(folder.path, 'npx', '-y', runtime, PROGRAM))).toEqual({
      heard: [
        ...['connecting', 'connected', 2, 'disconnected'],
        ...['connecting', 'connected', 6, 'disconnected'],
      ],
      said: ['one stored', 'an answer stored', 'two stored', 'an answer stored'],
    })
  },
)

function write(path: string, text: string): void {
  writeFileSync(join(folder.path, path), text)
}
