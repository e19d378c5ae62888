/** What the compiler says of code that isn't in the repository as files: as a user would write it. */

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const kit = join(import.meta.dirname, '..')

/**
 * All in one run, for it is the reading of the platform's types that takes the time.
 *
 * @param files code by path, with its extension
 * @returns by path: `line TScode message`, one for each error
 */
export function compileTypes(files: Record<string, string>): Record<string, string[]> {
  // Within the kit, where React's types and the kit itself are found.
  const folder = mkdtempSync(join(kit, 'node_modules/.compile-'))
  try {
    const config = {
      extends: join(kit, 'tsconfig.json'),
      compilerOptions: { types: [], paths: { ai: [join(kit, '../api/node_modules/ai')] } },
      include: ['**/*'],
      references: [],
    }
    const written = {
      ...files,
      'tsconfig.json': JSON.stringify(config),
      'css.d.ts': "declare module '*.css'",
    }
    for (const [path, code] of Object.entries(written)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), code)
    }
    const { stdout, stderr } = spawnSync(
      join(kit, 'node_modules/.bin/tsc'),
      ['-p', folder, '--pretty', 'false'],
      {
        cwd: folder,
        encoding: 'utf8',
      },
    )
    const errors = Object.fromEntries(Object.keys(files).map((path) => [path, [] as string[]]))
    for (const [said, path = '', line, what] of stdout.matchAll(
      /^(\S+)\((\d+),\d+\): error (.*)$/gm,
    )) {
      if (!errors[path]) throw new Error(`of no file that was given: ${said}`)
      errors[path].push(`${line} ${what}`)
    }
    if (stderr !== '' || (stdout !== '' && !Object.values(errors).some((list) => list.length > 0)))
      throw new Error(`the compiler could not do its work: ${stdout}${stderr}`)
    return errors
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
