import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs a command as a person would type it, outside of this workspace's environment. */
export function run(cwd: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', env: plainEnv(), stdio: 'pipe' })
  } catch (error) {
    // Compilers say what is wrong on stdout, which the error's own message leaves out.
    throw new Error(`${(error as Error).message}\n${(error as { stdout?: string }).stdout}`)
  }
}

/** The environment without what pnpm and this workspace's `bin` folders added to it. */
export function plainEnv(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|pnpm_|NODE$|NODE_ENV$|VITEST|TEST$|INIT_CWD)/i.test(name),
  )
  const path = (process.env.PATH ?? '')
    .split(':')
    .filter((folder) => !folder.includes('node_modules'))
    .join(':')
  return { ...Object.fromEntries(entries), PATH: path, CI: 'true' }
}

export function emptyFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'session-kit-release-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
