/** What a user installs: the packed tarball, and nothing from this repository around it. */

import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, expect, test } from 'vitest'

const kit = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'session-kit-package-'))
const packed = join(folder, 'package')
let manifest: {
  engines: { node: string }
  exports: Record<string, string | { types: string; default: string }>
}

/** By its version, so that it is the same whoever runs this test. */
const pnpm = (...args: string[]) =>
  execFileSync('npx', ['-y', 'pnpm@12', ...args], { cwd: kit, encoding: 'utf8' })

beforeAll(() => {
  pnpm('run', 'build')
  pnpm('pack', '--out', join(folder, 'kit.tgz'))
  execFileSync('tar', ['xzf', 'kit.tgz'], { cwd: folder })
  manifest = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'))
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pkgDir: packed, strict: true })
  expect(messages.map((message) => formatMessage(message, manifest))).toEqual([])
})

test('it says which Node it needs', () => {
  expect(manifest.engines.node).toBe('>=22')
})

test('every entry leads to a file and its types', () => {
  const targets = Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [entry] : [entry.types, entry.default],
  )
  const files = globSync('**', { cwd: packed }).map((path) => `./${path}`)
  expect(targets.filter((path) => !files.includes(path))).toEqual([])
  expect(targets.length).toBeGreaterThanOrEqual(13)
})

test('no source, test, story or build state is shipped, and no import leaves the package by a .ts path', () => {
  const files = globSync('**/*', { cwd: packed })
  const inner = /\.(test|stories|bench)\.|\.tsx?$|\.tsbuildinfo$/
  expect(files.filter((path) => inner.test(path.replace(/\.d\.ts$/, '')))).toEqual([])
  const strays = files
    .filter((path) => path.endsWith('.js'))
    .filter((path) => /from '\.[^']*\.tsx?'/.test(readFileSync(join(packed, path), 'utf8')))
  expect(strays).toEqual([])
})

test('components keep their `use client` line as the first statement', () => {
  const files = globSync('dist/react/**/*.js', { cwd: packed })
  const clients = files.filter((path) =>
    /^(\/\*[\s\S]*?\*\/\s*)*'use client'/.test(readFileSync(join(packed, path), 'utf8')),
  )
  const hooked = files.filter((path) =>
    /\buse[A-Z]\w*\(/.test(readFileSync(join(packed, path), 'utf8')),
  )
  expect(hooked.filter((path) => !clients.includes(path))).toEqual([])
  expect(clients.length).toBeGreaterThan(5)
})

test('/protocol, /socket and /testing load in Node with nothing else installed', () => {
  for (const entry of ['protocol', 'socket', 'testing']) {
    const names = execFileSync(
      'node',
      ['-e', `import('./dist/${entry}/index.js').then((m) => console.log(Object.keys(m).length))`],
      { cwd: packed, encoding: 'utf8' },
    )
    expect(Number(names), entry).toBeGreaterThan(0)
  }
})

test('the root and /session load with only their peers installed', () => {
  symlinkSync(join(kit, 'node_modules'), join(packed, 'node_modules'))
  for (const entry of ['./dist/session/index.js', './dist/index.js', './dist/markdown/index.js']) {
    const names = execFileSync(
      'node',
      ['-e', `import('${entry}').then((m) => console.log(Object.keys(m).join()))`],
      { cwd: packed, encoding: 'utf8' },
    )
    expect(names.trim(), entry).not.toBe('')
  }
})

test('a server component may import /session: it loads where React has no client', () => {
  const code = `import('./dist/session/index.js').then((m) => console.log(typeof m.fetchSession))`
  const said = execFileSync('node', ['--conditions=react-server', '-e', code], {
    cwd: packed,
    encoding: 'utf8',
  })
  expect(said.trim()).toBe('function')
})

const USER = `
  import { useRef } from 'react'
  import { Chat, ComposerRoot, ComposerSend, FeedList, FeedRoot, FeedViewport, SessionProvider,
    StatusIndicator, useSessionSocket } from '@session-kit/ui-kit'
  import { Markdown } from '@session-kit/ui-kit/markdown'
  export function App() {
    const { session, messages } = useSessionSocket({ url: '', sessionId: 'typed' })
    const list = useRef<HTMLOListElement>(null)
    return (
      <SessionProvider session={session}>
        <Chat />
        <StatusIndicator className={({ view }) => view} />
        {/* @ts-expect-error: without types this line would be right */}
        <StatusIndicator className={5} />
        <FeedRoot><FeedViewport><FeedList render={<ol ref={list} />} /></FeedViewport></FeedRoot>
        <ComposerRoot><ComposerSend onClick={(event) => event.currentTarget.blur()} /></ComposerRoot>
        <Markdown text={messages[0]?.key ?? ''} />
      </SessionProvider>
    )
  }`

test('what servers import has types without a document', () => {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    target: 'ES2023',
    lib: ['ES2024'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    types: [join(kit, 'node_modules/@types/node')],
    paths: { 'zustand/vanilla': [join(kit, 'node_modules/zustand/vanilla.d.ts')] },
  }
  const files = ['protocol', 'session', 'testing'].map((entry) =>
    join(packed, 'dist', entry, 'index.d.ts'),
  )
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const { stdout } = spawnSync('tsc', ['-p', folder], { cwd: kit, encoding: 'utf8' })
  expect(stdout).toBe('')
}, 60_000)

test.each(['types-react18', '@types/react'])(
  'its types and those of %s agree',
  (types) => {
    const modules = join(kit, 'node_modules')
    const dist = join(packed, 'dist')
    writeFileSync(join(folder, 'App.tsx'), USER)
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      target: 'ES2023',
      lib: ['ES2024', 'DOM', 'DOM.Iterable'],
      module: 'ESNext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
      types: [],
      paths: {
        react: [join(modules, types, 'index.d.ts')],
        'react/jsx-runtime': [join(modules, types, 'jsx-runtime.d.ts')],
        'zustand/vanilla': [join(modules, 'zustand/vanilla.d.ts')],
        '@session-kit/ui-kit': [join(dist, 'index.d.ts')],
        '@session-kit/ui-kit/markdown': [join(dist, 'markdown/index.d.ts')],
      },
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['App.tsx'] }),
    )
    const { stdout } = spawnSync('tsc', ['-p', folder], { cwd: kit, encoding: 'utf8' })
    expect(stdout).toBe('')
  },
  60_000,
)
