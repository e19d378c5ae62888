/**
 * `pnpm size`: what an import costs a page, in bytes of minified brotli.
 *
 * React and zustand are not counted, every other dependency is. Printed, not judged.
 */

import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'

const KIT = '@session-kit/ui-kit'

const imports: [name: string, code: string][] = [
  [
    'createReconnectingWebSocket alone',
    `export { createReconnectingWebSocket } from '${KIT}/socket'`,
  ],
  ['/session', `export { createSession } from '${KIT}/session'`],
  ['useSessionSocket with the session', `export { useSessionSocket } from '${KIT}'`],
  ['everything but Markdown', `export * from '${KIT}'`],
  ['/markdown', `export { Markdown } from '${KIT}/markdown'`],
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

for (const [name, code] of imports)
  console.log(`${String(await brotliBytes(code)).padStart(7)} B  ${name}`)
