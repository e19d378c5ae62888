/**
 * For tests: `start` as a user runs it, through a package manager of a package manager, on a
 * free port, with state of its own. The package managers are small stand-ins that are called
 * as the real ones and, as these, do nothing when their child or parent is killed.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProcessInfo, readProcesses } from './processes.ts'

export interface Launched {
  url: string
  port: number
  outer: ChildProcess
  /** what it has printed so far */
  output(): string
  /** resolves with the url's line; rejects when it ends before */
  ready: Promise<string>
  /** resolves with the exit code of the outer process, or the signal that ended it */
  ended: Promise<number | string>
  /** the outer process and all below it, as they are now */
  tree(): ProcessInfo[]
}

const STAND_IN = `
const { spawn } = require('node:child_process')
const [command, ...args] = process.argv.slice(2)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
spawn(command, args, { stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 1))
`

export interface LaunchOptions {
  stateDir: string
  port?: number
  env?: Record<string, string>
}

export async function launchStart(options: LaunchOptions): Promise<Launched> {
  const port = options.port ?? (await freePort())
  const { dir, npx, pnpm } = standIns()
  // A list, so that the shell stays and waits instead of becoming the command.
  const script = `node '${join(import.meta.dirname, 'start.ts')}'; exit \\$?`
  const outer = spawn('node', [npx, 'sh', '-c', `node '${pnpm}' sh -c "${script}"; exit $?`], {
    cwd: tmpdir(),
    env: { ...process.env, ...options.env, PORT: String(port), STATE_DIR: options.stateDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const ended = new Promise<number | string>((resolve) =>
    outer.once('exit', (code, signal) => resolve(code ?? String(signal))),
  )
  void ended.then(() => rmSync(dir, { recursive: true, force: true }))
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const line = output.split('\n').find((text) => text.includes('is ready'))
      if (line !== undefined) resolve(line)
    }
    outer.stdout.on('data', read)
    outer.stderr.on('data', read)
    void ended.then((exit) => reject(new Error(`ended with ${exit} before ready:\n${output}`)))
  })
  ready.catch(() => {})
  return {
    url: `http://localhost:${port}`,
    port,
    outer,
    output: () => output,
    ready,
    ended,
    tree: () => treeOf(outer.pid ?? 0),
  }
}

/** Those of the given processes that still live. */
export function survivors(tree: readonly ProcessInfo[]): ProcessInfo[] {
  const now = readProcesses(tree.map((one) => one.pid))
  return tree.filter((one) =>
    now.some(
      (found) => found.pid === one.pid && found.startedAt === one.startedAt && !found.zombie,
    ),
  )
}

function treeOf(root: number): ProcessInfo[] {
  const all = readProcesses()
  const below = (pid: number): ProcessInfo[] =>
    all.filter((found) => found.ppid === pid).flatMap((found) => [found, ...below(found.pid)])
  return [...all.filter((found) => found.pid === root), ...below(root)]
}

function standIns(): { dir: string; npx: string; pnpm: string } {
  const dir = mkdtempSync(join(tmpdir(), 'session-kit-launch-'))
  const [npx, pnpm] = [join(dir, 'npx-cli.cjs'), join(dir, 'pnpm.cjs')]
  for (const file of [npx, pnpm]) writeFileSync(file, STAND_IN)
  return { dir, npx, pnpm }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
