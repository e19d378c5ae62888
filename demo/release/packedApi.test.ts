/**
 * The Worker's library as a user installs it: the README's examples, compiled, bundled by wrangler
 * and answering on workerd, in a fresh project.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
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

/** What users export of their own names types of the library. */
const TYPES = `import {
  createSessionApp, getSession, type Message, type Part, type Refusal, SessionDO, type SessionEnv,
  type User, type UserPart,
} from '@session-kit/api'
import { Hono } from 'hono'

interface Generated { SESSIONS: DurableObjectNamespace<Support>; ALLOW_GUESTS: true; KEEP_DAYS: 30 }
export class Support extends SessionDO<Generated> {
  async open(ticket: number) {
    return \`ticket \${ticket} in \${this.env.KEEP_DAYS} days\`
  }
}
export const app = createSessionApp<Generated>()
export const mounted = new Hono<{ Bindings: SessionEnv }>().route('/live', app)
export const opened = (env: Generated) => getSession<Support>(env, 'support').open(7)
export const partsOf = (message: Message) => message.parts.filter((part: Part) => part.type === 'text')
export const retried = ({ retryable }: Refusal, author: User, part: UserPart) => ({ retryable, author, part })
`

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
  write('src/types.ts', TYPES)
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

test('and what a user exports can be declared', () => {
  compile([], { types: ['@cloudflare/workers-types'], declaration: true }, ['src/types.ts'])
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

test('a class of one’s own answers, and so does one with a model, on workerd', async () => {
  const line = JSON.stringify({ choices: [{ index: 0, delta: { content: 'It rains.' } }] })
  const last = JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  const api = createServer((_, response) => {
    response.setHeader('content-type', 'text/event-stream')
    response.end(`data: ${line}\n\ndata: ${last}\n\ndata: [DONE]\n\n`)
  })
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  const { port } = api.address() as AddressInfo
  const vars = {
    ALLOW_GUESTS: 'true',
    AI_BASE_URL: `http://127.0.0.1:${port}/v1`,
    AI_MODEL: 'any',
  }
  try {
    for (const [word, answer, agent] of [
      ['how can I help', 'Hello Ada, how can I help?', 'none'],
      ['model(turn', 'It rains.', 'model'],
    ] as const) {
      const index = examples.findIndex((code) => code.includes(word))
      write(
        'src/support.ts',
        `import { createSessionApp } from '@session-kit/api'\nexport { Support } from './example${index}'\nexport default createSessionApp()\n`,
      )
      expect(await answerOf({ ...vars, AGENT: agent })).toContain(answer)
    }
  } finally {
    api.close()
  }
})

/** What the class `Support` answers. */
async function answerOf(vars: Record<string, string>): Promise<string> {
  const server = await startWorkerd({
    entry: join(folder.path, 'src/support.ts'),
    classes: { SESSIONS: 'Support' },
    vars,
  })
  try {
    const messages = `${server.url}/sessions/help/do/messages?guest=0123456789abcdef&name=Ada`
    const body = JSON.stringify({ cid: 'the-first-cid', text: 'how is the weather?' })
    expect((await fetch(messages, { method: 'POST', body })).status).toBe(201)
    return await vi.waitFor(
      async () => {
        const told = await (await fetch(messages)).text()
        expect(told).toMatch(/"role":"assistant".*"state":"(done|error)"/)
        return told
      },
      { timeout: 30_000, interval: 200 },
    )
  } finally {
    await server.stop()
  }
}

function compile(indexes: Iterable<number>, options: object, more: string[] = []): void {
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2022',
    lib: ['ES2023'],
    ...options,
  }
  const files = [...[...indexes].map((index) => `src/example${index}.ts`), ...more]
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
