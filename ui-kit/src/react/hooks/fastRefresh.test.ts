/** Fast refresh as a developer has it: Vite, its React plugin, a browser, and a file that is saved. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { type Browser, chromium, type Page } from 'playwright'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chromiumLaunchOptions } from '../../../scripts/chromium.ts'

const kit = join(import.meta.dirname, '../../..')
const app = mkdtempSync(join(tmpdir(), 'session-kit-refresh-'))
const save = (name: string, text: string) => writeFileSync(join(app, name), text)

let vite: ViteDevServer
let browser: Browser
let page: Page
const errors: string[] = []

const component = (version: number, hooks = '') => `
  import { useState } from 'react'
  import { useSessionSocket } from '@session-kit/ui-kit'
  import { options } from './world.ts'
  export function App() {
    ${hooks}
    const [count, setCount] = useState(0)
    const { status, messages } = useSessionSocket({ ...options })
    return (
      <button onClick={() => setCount(count + 1)}>
        v${version}: {status}, {messages.length} messages, {count} clicks
      </button>
    )
  }`

const world = `
  import { createFakeServer, createManualClock } from '@session-kit/ui-kit/testing'
  const clock = createManualClock()
  export const server = createFakeServer({ clock, agent: () => null })
  export const options = {
    url: 'http://fake', sessionId: 'refreshed', WebSocket: server.WebSocket, clock,
    schedule: (run) => { run(); return () => {} },
  }
  server.session('refreshed').history([{ text: 'one' }])
  setInterval(() => clock.advance(20), 20)
  globalThis.world = { server }`

const main = `
  import { StrictMode } from 'react'
  import { createRoot } from 'react-dom/client'
  import { App } from './App.tsx'
  createRoot(document.body).render(<StrictMode><App /></StrictMode>)`

beforeAll(async () => {
  save('index.html', '<body><script type="module" src="./main.tsx"></script></body>')
  save('world.ts', world)
  save('main.tsx', main)
  save('App.tsx', component(1))
  const under = (...path: string[]) => join(kit, ...path)
  vite = await createServer({
    configFile: false,
    root: app,
    cacheDir: join(app, '.vite'),
    logLevel: 'error',
    plugins: [react()],
    resolve: {
      alias: [
        { find: /^@session-kit\/ui-kit$/, replacement: under('src/index.ts') },
        { find: /^@session-kit\/ui-kit\/testing$/, replacement: under('src/testing/index.ts') },
        { find: /^react(-dom)?(?=\/|$)/, replacement: under('node_modules/react$1') },
      ],
    },
    server: { host: '127.0.0.1', port: 0, fs: { strict: false } },
  })
  await vite.listen()
  browser = await chromium.launch(await chromiumLaunchOptions())
  page = await browser.newPage()
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(vite.resolvedUrls?.local[0] ?? '')
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await vite?.close()
  rmSync(app, { recursive: true, force: true })
})

const shows = (words: string) =>
  expect.poll(() => page.textContent('button'), { timeout: 30_000 }).toBe(words)

/** Sockets ever opened, sockets open now. */
const sockets = () =>
  page.evaluate(() => {
    const { server } = (globalThis as unknown as { world: { server: Record<string, number> } })
      .world
    return [server.dials, server.open]
  })

test('[F78] a saved component keeps its state, its session and the one socket', async () => {
  await shows('v1: connected, 1 messages, 0 clicks')
  await page.click('button')
  await shows('v1: connected, 1 messages, 1 clicks')
  save('App.tsx', component(2))
  await shows('v2: connected, 1 messages, 1 clicks')
  expect(await sockets()).toEqual([1, 1])

  // Other hooks than before: React mounts it anew, and it finds the session it left.
  save('App.tsx', component(3, 'useState(0)'))
  await shows('v3: connected, 1 messages, 0 clicks')
  expect(await sockets()).toEqual([1, 1])
  expect(errors).toEqual([])
}, 90_000)
