/** `pnpm -F ui-kit build`: one ESM file and one `.d.ts` per module in dist/, and the stylesheets. */

import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const here = join(import.meta.dirname, '..')

rmSync(join(here, 'dist'), { recursive: true, force: true })
// One file per module, so that each 'use client' line stays in the file it belongs to.
execFileSync('tsc', ['-b', 'tsconfig.src.json'], { cwd: here, stdio: 'inherit' })
cpSync(join(here, 'src/styles'), join(here, 'dist/styles'), { recursive: true })
