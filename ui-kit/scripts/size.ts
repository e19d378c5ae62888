/**
 * `pnpm size`: what an import costs a page, in bytes of minified brotli, and what others' clients
 * cost it.
 *
 * Weighs what is packed: `dist`, built anew, by the entries of a published package. React and
 * zustand are not counted, every other dependency is. Fails where one of ours is above its budget.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'

const KIT = '@session-kit/ui-kit'
const here = join(import.meta.dirname, '..')

type Import = [name: string, code: string, budget?: Weight]

/** Budgets: a hair above what they weigh. Goals and why they are missed: bench/README.md. */
const OURS: Import[] = [
  [
    'createReconnectingWebSocket alone',
    `export { createReconnectingWebSocket } from '${KIT}/socket'`,
    { atOnce: 2_750, later: 0 },
  ],
  ['/session', `export { createSession } from '${KIT}/session'`, { atOnce: 14_700, later: 0 }],
  [
    'useSessionSocket with the session',
    `export { useSessionSocket } from '${KIT}'`,
    { atOnce: 16_200, later: 0 },
  ],
  ['everything but Markdown', `export * from '${KIT}'`, { atOnce: 34_400, later: 10_200 }],
  ['/markdown', `export { Markdown } from '${KIT}/markdown'`, { atOnce: 20_800, later: 0 }],
]

/** The clients of `pnpm bench client`, each as its users import it. */
const OTHERS: Import[] = [
  ['partysocket', `export { WebSocket } from 'partysocket'`],
  ['partysocket/react', `export { useWebSocket } from 'partysocket/react'`],
  ['reconnecting-websocket', `export { default } from 'reconnecting-websocket'`],
  ['phoenix', `export { Socket } from 'phoenix'`],
  ['socket.io-client', `export { io } from 'socket.io-client'`],
  ['centrifuge', `export { Centrifuge } from 'centrifuge'`],
]

interface Weight {
  /** of what the import itself loads, brotli 11 */
  atOnce: number
  /** of what it may load afterwards */
  later: number
}

await import('./build.ts')
const { publishConfig } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
const packed = Object.fromEntries(
  Object.entries<{ default: string }>(publishConfig.exports).map(([entry, { default: path }]) => [
    join(KIT, entry),
    join(here, path),
  ]),
)

/** What a bundler makes of `code`. */
async function weigh(code: string): Promise<Weight> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: '.',
    format: 'esm',
    target: 'es2022',
    alias: packed,
    external: ['react', 'react-dom', 'react/*', 'zustand', 'zustand/*'],
  })
  const entry = Object.entries(metafile.outputs).find(
    ([, { entryPoint }]) => entryPoint === '<stdin>',
  )
  if (!entry) throw new Error(`esbuild wrote nothing for: ${code}`)
  const follow = (from: Iterable<string>, kinds: string[]): Set<string> => {
    const reached = new Set(from)
    for (const path of reached)
      for (const { path: next, kind } of metafile.outputs[path]?.imports ?? [])
        if (kinds.includes(kind) && metafile.outputs[next]) reached.add(next)
    return reached
  }
  const atOnce = follow([entry[0]], ['import-statement'])
  const all = follow(atOnce, ['import-statement', 'dynamic-import'])
  const weight = { atOnce: 0, later: 0 }
  for (const [place, path] of Object.keys(metafile.outputs).entries())
    if (all.has(path))
      weight[atOnce.has(path) ? 'atOnce' : 'later'] += brotliBytes(
        outputFiles[place]?.contents ?? new Uint8Array(),
      )
  return weight
}

const brotliBytes = (contents: Uint8Array) =>
  brotliCompressSync(contents, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length

for (const [name, code, budget] of [...OURS, ...OTHERS]) {
  const { atOnce, later } = await weigh(code)
  console.log(`${String(atOnce).padStart(7)} B  ${name}`)
  if (later > 0) console.log(`${String(later).padStart(7)} B    what it loads where it is needed`)
  if (!budget || (atOnce <= budget.atOnce && later <= budget.later)) continue
  console.error(
    `session-kit: ${name} is above its budget of ${budget.atOnce} B, later ${budget.later}`,
  )
  process.exitCode = 1
}
