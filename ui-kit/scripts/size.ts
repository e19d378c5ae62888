/**
 * `pnpm size`: what an import costs a page, in bytes of minified brotli, and what others' clients
 * cost it.
 *
 * React and zustand are not counted, every other dependency is. Printed, not judged.
 */

import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'

const KIT = '@session-kit/ui-kit'

type Import = [name: string, code: string]

const OURS: Import[] = [
  [
    'createReconnectingWebSocket alone',
    `export { createReconnectingWebSocket } from '${KIT}/socket'`,
  ],
  ['/session', `export { createSession } from '${KIT}/session'`],
  ['useSessionSocket with the session', `export { useSessionSocket } from '${KIT}'`],
  ['everything but Markdown', `export * from '${KIT}'`],
  ['/markdown', `export { Markdown } from '${KIT}/markdown'`],
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

/** Bytes of brotli 11 of what a bundler makes of `code`. */
async function brotliBytes(code: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: ['react', 'react-dom', 'react/*', 'zustand', 'zustand/*'],
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error(`esbuild wrote nothing for: ${code}`)
  return brotliCompressSync(file.contents, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
  }).length
}

for (const [name, code] of [...OURS, ...OTHERS])
  console.log(`${String(await brotliBytes(code)).padStart(7)} B  ${name}`)
