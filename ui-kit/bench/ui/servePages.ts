/** Builds a page for each subject as a user of the kit would, minified, and serves them on loopback. */

import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { build, type Plugin } from 'vite'
import type { PageSubject } from './subjects.ts'

export interface Pages {
  urlOf(subject: PageSubject): string
  stop(): Promise<void>
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
}

const HTML = `<!doctype html>
<meta charset="utf-8">
<style>
  * { box-sizing: border-box }
  body { margin: 20px; font: 15px/22px sans-serif }
  #root { inline-size: 760px; block-size: 600px; display: grid; grid-template: 100% / 100% }
  .viewport { overflow-y: auto }
  .row { padding: 4px 12px }
  .row p { margin: 0; white-space: pre-wrap }
</style>
<link rel="stylesheet" href="page.css">
<link rel="icon" href="data:,">
<div id="root"></div>
<script type="module" src="page.js"></script>
`

/** @param peers where the packages of others are installed */
export async function servePages(
  subjects: readonly PageSubject[],
  peers: string | undefined,
): Promise<Pages> {
  // Vite heeds what the process was started with, and a test's says `test`.
  process.env.NODE_ENV = 'production'
  const folder = mkdtempSync(join(tmpdir(), 'session-kit-bench-'))
  for (const { file } of subjects) await buildPage(file, join(folder, file), peers)
  const server = createServer(({ url = '/' }, response) => {
    const path = new URL(url, 'http://page').pathname
    try {
      const body = readFileSync(join(folder, path))
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/plain' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    urlOf: ({ file }) => `http://127.0.0.1:${port}/${file}/index.html`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      rmSync(folder, { recursive: true })
    },
  }
}

async function buildPage(file: string, outDir: string, peers?: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    base: './',
    plugins: peers === undefined ? [] : [resolveIn(peers)],
    resolve: { dedupe: ['react', 'react-dom'] },
    build: {
      outDir,
      target: 'es2022',
      cssCodeSplit: false,
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: join(import.meta.dirname, 'subjects', file),
        output: { entryFileNames: 'page.js', assetFileNames: 'page[extname]' },
      },
    },
  })
  // Not every subject has a style of its own.
  writeFileSync(join(outDir, 'page.css'), '', { flag: 'a' })
  writeFileSync(join(outDir, 'index.html'), HTML)
}

/** The packages of others, as if their folder were the importer's. */
const resolveIn = (folder: string): Plugin => ({
  name: 'peers',
  resolveId(source) {
    if (!/^@(assistant-ui|chatscope)\//.test(source)) return null
    return this.resolve(source, join(folder, 'page.js'), { skipSelf: true })
  },
})
