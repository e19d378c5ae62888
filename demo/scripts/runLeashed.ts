/**
 * Starts a command that can't outlive this process: neither the command nor anything it
 * starts, however either of them ends, `SIGKILL` included. See `leash.ts`.
 */

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ROOT } from './paths.ts'
import { type ProcessInfo, readProcesses } from './processes.ts'

export interface Leashed {
  /** id of the process group that the command and all it starts belong to */
  readonly group: number
  /** settles once the whole group has ended, with the command's exit code, signal or error */
  readonly ended: Promise<string>
  /** Asks the group to end and, after 3 s or `now`, makes it. Idempotent. */
  end(now?: boolean): Promise<string>
}

export interface LeashedOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  /** gets what the command prints; without it that goes where ours goes */
  onOutput?: (text: string) => void
}

const GRACE_MS = 3_000

export function runLeashed(
  command: string,
  args: readonly string[],
  options: LeashedOptions,
): Leashed {
  const output = options.onOutput === undefined ? 'inherit' : 'pipe'
  // `node` by name: the one of the workspace, whichever Node runs this script.
  const child = spawn('node', [join(import.meta.dirname, 'leash.ts'), command, ...args], {
    cwd: options.cwd,
    env: withWorkspaceBin(options.env),
    detached: true,
    windowsHide: true,
    stdio: ['pipe', output, output, 'pipe'],
  })
  let exit = ''
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    exit += chunk.toString()
  })
  // A dead leash closes the pipe; that is told by `close`.
  for (const stream of child.stdio) stream?.on('error', () => {})
  if (options.onOutput !== undefined) {
    child.stdout?.setEncoding('utf8').on('data', options.onOutput)
    child.stderr?.setEncoding('utf8').on('data', options.onOutput)
  }
  const group = child.pid
  if (group === undefined) throw new Error('session-kit: `node` could not be started')
  const ended = new Promise<string>((resolve) => {
    child.on('exit', (_code, signal) => {
      signalGroup(child, 'SIGKILL')
      void groupIsGone(group).then(() => resolve(exit.trim() || String(signal)))
    })
  })
  return {
    group,
    ended,
    async end(now = false) {
      signalGroup(child, now ? 'SIGKILL' : 'SIGTERM')
      const force = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS)
      const result = await ended
      clearTimeout(force)
      return result
    },
  }
}

/** All living processes of a group. */
export function readGroup(group: number): ProcessInfo[] {
  return readProcesses().filter((found) => found.pgid === group && !found.zombie)
}

async function groupIsGone(group: number): Promise<void> {
  for (let round = 0; round < 50 && readGroup(group).length > 0; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  if (process.platform === 'win32') {
    execFile('taskkill', ['/pid', String(child.pid), '/T', '/F'], () => {})
    return
  }
  try {
    process.kill(-child.pid, signal)
  } catch {
    // Nobody of the group is left.
  }
}

function withWorkspaceBin(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  return { ...env, [key]: join(ROOT, 'node_modules', '.bin') + delimiter + (env[key] ?? '') }
}
