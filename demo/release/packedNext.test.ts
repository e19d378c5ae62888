/** The kit in Next: the recipe's page, built and served, with the messages in its first HTML. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyFolder, run } from './run.ts'

const root = join(import.meta.dirname, '../..')
const folder = emptyFolder()
const asked: string[] = []
let server: ChildProcess
let page: string

const LAYOUT = `import '@session-kit/ui-kit/styles.css'
export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}`

const message = {
  ...{ id: 'm1', pos: 1, seq: 1, role: 'user', state: 'done', createdAt: 0 },
  author: { id: 'ada', name: 'Ada' },
  parts: [{ type: 'text', text: 'Said before anybody looked' }],
}

/** Answers as a session's Worker does; not for the session `lost`. */
const api = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.setHeader('content-type', 'application/json')
  if (request.url?.includes('/lost/')) response.statusCode = 500
  response.end(JSON.stringify({ epoch: 'e1', head: 1, messages: [message], hasOlder: false }))
})

/** Samples of the recipes, by the names that their fences give them. */
function recipe(name: string): string {
  const text = readFileSync(join(root, '.storybook/guides/Recipes.mdx'), 'utf8')
  const [, code] = new RegExp(`^\`\`\`tsx ${name}\\n(.*?)^\`\`\``, 'ms').exec(text) ?? []
  if (!code) throw new Error(`the recipes have no ${name}`)
  return code
}

beforeAll(async () => {
  await new Promise<void>((listening) => api.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`
  const pnpm = ['-y', 'pnpm@12']
  run(root, 'npx', ...pnpm, '-F', 'ui-kit', 'build')
  run(join(root, 'ui-kit'), 'npx', ...pnpm, 'pack', '--out', join(folder.path, 'kit.tgz'))
  write(
    'package.json',
    JSON.stringify({
      type: 'module',
      dependencies: {
        '@session-kit/ui-kit': 'file:kit.tgz',
        next: '^16',
        react: '^19',
        'react-dom': '^19',
        zustand: '^5',
      },
      devDependencies: { '@types/node': '^24', '@types/react': '^19', typescript: '^5' },
    }),
  )
  write('pnpm-workspace.yaml', 'packages: []\nallowBuilds:\n  sharp: false\n')
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        jsx: 'react-jsx',
        module: 'esnext',
        moduleResolution: 'bundler',
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        skipLibCheck: true,
      },
    }),
  )
  write('app/layout.tsx', LAYOUT)
  write('app/rooms/[id]/Room.tsx', recipe('Room.tsx'))
  write('app/rooms/[id]/page.tsx', recipe('page.tsx').replace('https://chat.example.com', url))
  run(folder.path, 'npx', ...pnpm, 'install')
  run(folder.path, 'npx', 'next', 'build')
  page = await served()
})

afterAll(() => {
  server?.kill()
  api.close()
  folder.remove()
})

test('the first HTML holds the messages, and the page asked once', async () => {
  const response = await fetch(`${page}/rooms/pier`)
  const html = await response.text()
  expect(response.status).toBe(200)
  // As an element, not only as data that a script brings.
  expect(html.replaceAll(/<script.*?<\/script>/gs, '')).toContain(
    'Said before anybody looked</div>',
  )
  expect(asked).toEqual(['/sessions/pier/do/messages?limit=50'])
})

test('without an answer of the Worker the page is there, and connects', async () => {
  const response = await fetch(`${page}/rooms/lost`)
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('Loading messages')
})

/** Where the built page is served: Next says it on its own stdout. */
function served(): Promise<string> {
  const next = join(folder.path, 'node_modules/next/dist/bin/next')
  server = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', '0'], {
    cwd: folder.path,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  })
  return new Promise((resolve, reject) => {
    let said = ''
    const listen = (text: Buffer) => {
      said += text
      const [place] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
      if (place && /Ready/.test(said)) resolve(place)
    }
    server.stdout?.on('data', listen)
    server.stderr?.on('data', listen)
    server.on('exit', () => reject(new Error(`next ended: ${said}`)))
  })
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder.path, path)), { recursive: true })
  writeFileSync(join(folder.path, path), text)
}
