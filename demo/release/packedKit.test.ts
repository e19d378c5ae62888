/** The kit as a user installs it: the examples of READMEs and guides, compiled and bundled in a fresh project. */

import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFolder, run } from './run.ts'

const root = join(import.meta.dirname, '../..')
const folder = emptyFolder()
const PROGRAM = 'withoutBrowser.mjs'

const PAGES = [
  'README.md',
  'ui-kit/README.md',
  ...globSync('.storybook/guides/*.mdx', { cwd: root }),
]

/** Every `ts` and `tsx` block that imports something: each a module of its own, some with a name. */
const examples = PAGES.flatMap((page) => {
  const fences = readFileSync(join(root, page), 'utf8').matchAll(
    /^```(tsx?)(?: (\S+))?\n(.*?)^```/gms,
  )
  return [...fences].map(([, extension, name, code = ''], index) => ({
    path: `${page.replaceAll(/\W/g, '-')}/${name ?? `example${index}.${extension}`}`,
    code,
  }))
})
  .filter(({ code }) => /^import /m.test(code))
  // Those of the test kit are files of this repository, and run there; so are those of the Worker.
  // What speaks of the AI SDK compiles in the kit's own tests: here its types would be judged, too.
  .filter(({ code }) => !/from '(vitest|storybook|@session-kit\/api|hono|ai')/.test(code))

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
        allowImportingTsExtensions: true,
        target: 'es2022',
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        types: [],
      },
      include: ['src'],
    }),
  )
  for (const { path, code } of examples) write(`src/${path}`, code)
  run(folder.path, 'npx', ...pnpm, 'install')
})
afterAll(() => folder.remove())

test('the README has an example for each depth', () => {
  const entries = examples
    .filter(({ path }) => path.startsWith('README'))
    .map(({ code }) => /from '(@session-kit\/[^']+)'/.exec(code)?.[1])
  expect(new Set(entries)).toEqual(
    new Set(['@session-kit/ui-kit/socket', '@session-kit/ui-kit/session', '@session-kit/ui-kit']),
  )
})

test('they compile against the packed types', () => {
  expect(run(folder.path, 'npx', 'tsc', '-p', '.')).toBe('')
})

test('they bundle, with nothing missing', () => {
  const paths = examples.map(({ path }) => `src/${path}`)
  run(folder.path, 'npx', 'esbuild', ...paths, '--bundle', '--format=esm', '--outdir=out')
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
  mkdirSync(dirname(join(folder.path, path)), { recursive: true })
  writeFileSync(join(folder.path, path), text)
}
