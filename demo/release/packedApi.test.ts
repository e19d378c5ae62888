/**
 * The Worker's library as a user installs it: the README's examples, compiled, bundled by wrangler
 * and answering on workerd, in a fresh project.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorkerd } from '../../api/test/startWorkerd.ts'
import { emptyFolder, run } from './run.ts'

const root = join(import.meta.dirname, '../..')
const folder = emptyFolder()
const pnpm = ['-y', 'pnpm@12']

/** Every `ts` block of the README that imports something: each a module of its own. */
const examples = [
  ...readFileSync(join(root, 'api/README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
]
  .map(([, code]) => code ?? '')
  .filter((code) => code.startsWith('import '))

/** Those that are a whole Worker, with the class that the README's configuration names. */
const workers = examples
  .map((code, index) => ({ code, index }))
  .filter(({ code }) => code.includes('export default') && code.includes('export { SessionDO }'))

beforeAll(() => {
  run(root, 'npx', ...pnpm, '-F', 'ui-kit', '-F', 'api', 'build')
  run(join(root, 'api'), 'npx', ...pnpm, 'pack', '--out', join(folder.path, 'api.tgz'))
  const dependencies = {
    '@ai-sdk/openai-compatible': '^3',
    '@session-kit/api': 'file:api.tgz',
    ai: '^7',
    // The oldest that it may be: the library has to use the one that its user has.
    hono: '4.12.0',
  }
  const devDependencies = {
    '@cloudflare/workers-types': '^5',
    '@types/node': '^24',
    typescript: '^7',
    wrangler: '^4',
  }
  write('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies }))
  const allowed = ['esbuild', 'sharp', 'workerd'].map((name) => `  ${name}: true\n`).join('')
  write('pnpm-workspace.yaml', `packages: []\nallowBuilds:\n${allowed}`)
  mkdirSync(join(folder.path, 'src'))
  for (const [index, code] of examples.entries()) write(`src/example${index}.ts`, code)
  run(folder.path, 'npx', ...pnpm, 'install')
})
afterAll(() => folder.remove())

test('the README shows a Worker as it stands, one of your own, agents, a model, tickets and metrics', () => {
  const words = [
    'getSession',
    'signTicket',
    'respond',
    'model(turn',
    'onEvent',
    'createSessionApp()',
  ]
  for (const word of words) expect(examples.join('\n')).toContain(word)
  expect(workers.length).toBeGreaterThanOrEqual(4)
})

test('they compile against the packed types', () => {
  compile(examples.keys(), { types: ['@cloudflare/workers-types', 'node'], skipLibCheck: true })
})

test('so do the types themselves, where nothing else than those of Workers is there', () => {
  const alone = [...examples.keys()].filter(
    (index) => !/from 'ai'|process/.test(`${examples[index]}`),
  )
  compile(alone, { types: ['@cloudflare/workers-types'] })
})

test('wrangler takes each of them, with the configuration of the README', () => {
  const config = /```jsonc\n\/\/ wrangler.jsonc\n([\s\S]*?)```/.exec(
    readFileSync(join(root, 'api/README.md'), 'utf8'),
  )?.[1]
  for (const { index } of workers) {
    write('wrangler.jsonc', `${config}`.replace('src/worker.ts', `src/example${index}.ts`))
    // By the Node of the workspace: the one of the machine may be older than wrangler wants.
    const wrangler = [process.execPath, 'node_modules/wrangler/bin/wrangler.js'] as const
    const told = run(folder.path, ...wrangler, 'deploy', '--dry-run', '--outdir', `out${index}`)
    expect(told).toContain('env.SESSIONS (SessionDO)')
  }
})

test('the Worker of the package itself deploys as it stands', () => {
  const told = run(join(root, 'api'), 'npx', ...pnpm, 'exec', 'wrangler', 'deploy', '--dry-run')
  expect(told).toContain('env.SESSIONS (SessionDO)')
})

test('a Worker with routes of its own serves sessions, on workerd, from the packed files', async () => {
  const mounted = workers.find(({ code }) => code.includes("route('/live'"))
  const server = await startWorkerd({
    entry: join(folder.path, `src/example${mounted?.index}.ts`),
    classes: { SESSIONS: 'SessionDO' },
    vars: { SESSION_SECRET: 'a secret for this test', AGENT: 'none' },
  })
  try {
    const made = await fetch(`${server.url}/tickets/team`, { method: 'POST' })
    const room = `${server.url}/live/sessions/team`
    const authorization = `Bearer ${await made.text()}`
    const body = JSON.stringify({ cid: 'the-first-cid', text: 'from the outside' })
    const post = { method: 'POST', headers: { authorization }, body }
    expect((await fetch(`${room}/do/messages`, post)).status).toBe(201)
    expect((await fetch(`${room}/do/messages`, post)).status).toBe(200)
    const page = await fetch(`${room}/do/messages`, { headers: { authorization } })
    expect(await page.json()).toMatchObject({ head: 1, messages: [{ author: { name: 'Ada' } }] })
    expect((await fetch(`${room}/do/messages`)).status).toBe(401)
  } finally {
    await server.stop()
  }
})

function compile(indexes: Iterable<number>, options: object): void {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['ES2023'],
    ...options,
  }
  const files = [...indexes].map((index) => `src/example${index}.ts`)
  write('tsconfig.json', JSON.stringify({ compilerOptions, files }))
  // Others may have made a mistake in their own declarations.
  expect(errors().filter((line) => !/^node_modules\/(?!.*@session-kit)/.test(line))).toEqual([])
}

/** What the compiler says. */
function errors(): string[] {
  let told = ''
  try {
    run(folder.path, 'npx', 'tsc', '-p', '.')
  } catch (error) {
    told = String(error)
  }
  return told.split('\n').filter((line) => line.includes('error TS'))
}

function write(path: string, text: string): void {
  writeFileSync(join(folder.path, path), text)
}
