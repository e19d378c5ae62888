/**
 * `pnpm -F api build`: one ESM file and one `.d.ts` per module in dist/, with the protocol inside.
 *
 * The protocol lives in the kit, whose users have React; who mounts a Worker should
 * not install the kit for it. So its compiled files are copied in, and every import of
 * it is pointed at the copy.
 */

import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

const PROTOCOL = '@session-kit/ui-kit/protocol'

const here = join(import.meta.dirname, '..')
const dist = join(here, 'dist')
const copy = join(dist, 'protocol')

rmSync(dist, { recursive: true, force: true })
execFileSync('tsc', ['-b', 'tsconfig.src.json'], { cwd: here, stdio: 'inherit' })
cpSync(join(here, '../ui-kit/dist/protocol'), copy, { recursive: true })

const files = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js') || name.endsWith('.d.ts'))
  .map((name) => join(dist, name))

for (const file of files) {
  const path = relative(dirname(file), join(copy, 'index.js')).replaceAll(sep, '/')
  const local = path.startsWith('.') ? path : `./${path}`
  const text = readFileSync(file, 'utf8')
    .replaceAll(`'${PROTOCOL}'`, `'${local}'`)
    // Declarations keep the extension that the source wrote.
    .replaceAll(/(from |import\()'(\.[^']*)\.ts'/g, "$1'$2.js'")
  if (text.includes("'@session-kit/ui-kit/"))
    throw new Error(`${relative(here, file)} still needs the kit: import ${PROTOCOL} only`)
  writeFileSync(file, text)
}
