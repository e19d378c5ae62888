/** Exports the page to `demo/out`, unless what it is made of is still the same. */

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DEMO, OUT, ROOT } from './paths.ts'
import { type Leashed, runLeashed } from './runLeashed.ts'

const INPUTS = [
  'demo/app',
  'demo/next.config.ts',
  'demo/package.json',
  'demo/public',
  'demo/tsconfig.json',
  'tsconfig.json',
  'ui-kit/package.json',
  'ui-kit/src',
  'pnpm-lock.yaml',
]
const NOT_AN_INPUT = /\.(test|test-d|stories)\.tsx?$|\.md$/
const STAMP = join(DEMO, '.wrangler', 'page.json')

/** @param onSpawn is told of the build's process, for the time it lasts; isn't called when nothing is to be done */
export async function buildDemo(onSpawn: (build: Leashed) => void): Promise<void> {
  const inputs = hashInputs()
  const stamp = stampOf(inputs)
  if (stamp !== undefined && stamp === readStamp()) return
  let output = ''
  const build = runLeashed('node', [join(DEMO, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: DEMO,
    // The page talks to the origin that serves it.
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NEXT_PUBLIC_SESSION_URL: '' },
    onOutput: (text) => {
      output += text
    },
  })
  onSpawn(build)
  const exit = await build.ended
  if (exit !== '0') throw new Error(`the page could not be built (${exit}).\n${output.trim()}`)
  const built = stampOf(inputs)
  if (built === undefined) throw new Error(`the build left no page in ${OUT}.\n${output.trim()}`)
  mkdirSync(join(DEMO, '.wrangler'), { recursive: true })
  writeFileSync(STAMP, built)
}

/** Holds the export's age too, so that one made by hand, for another url, counts as another. */
function stampOf(inputs: string): string | undefined {
  try {
    return JSON.stringify({ inputs, builtAtMs: statSync(join(OUT, 'index.html')).mtimeMs })
  } catch {
    return undefined
  }
}

function readStamp(): string | undefined {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch {
    return undefined
  }
}

function hashInputs(): string {
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap((path) => filesUnder(join(ROOT, path)))) {
    hash
      .update(`${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name)
      if (entry.isDirectory()) return filesUnder(inner)
      return NOT_AN_INPUT.test(entry.name) ? [] : [inner]
    })
}
