/**
 * Starts a Worker on bare workerd, the one of the installed wrangler: no proxy in between, and
 * a process that a test may kill. Listens on loopback only and reaches nothing else.
 *
 * Must not know what the Worker does.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { build } from 'esbuild'

/** A Worker on bare workerd (no proxy of wrangler), in this process's hands. */
export interface WorkerdServer {
  /** such as `http://127.0.0.1:8787` */
  url: string
  /** of workerd itself */
  pid: number
  /** the lines that it printed so far, `console` of the Worker included */
  log(): string[]
  /** Ends the process by a signal that does so (SIGKILL) and waits for it; its storage stays. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Ends the process and removes what it made, storage of its own included. Idempotent. */
  stop(): Promise<void>
}

export interface WorkerdOptions {
  /** absolute path of the Worker's TypeScript entry */
  entry: string
  /** binding -> class name; each is backed by SQLite on disk */
  classes: Record<string, string>
  /** bindings of text */
  vars?: Record<string, string>
  /** a folder that outlives the process; default: a fresh one, removed by `stop` */
  storage?: string
  compatibilityFlags?: string[]
  /** modules to take in place of others, by name */
  alias?: Record<string, string>
  /** default: a free one */
  port?: number
}

const COMPATIBILITY_DATE = '2026-10-01'
const START_MS = 30_000
const GRACE_MS = 3_000
const ROOT_BIN = join(import.meta.dirname, '../../node_modules/.bin')

/** @throws Error with the log when the Worker can't be bundled, or doesn't listen within 30 s. */
export async function startWorkerd(options: WorkerdOptions): Promise<WorkerdServer> {
  const folder = mkdtempSync(join(tmpdir(), 'session-kit-workerd-'))
  const storage = options.storage ?? join(folder, 'storage')
  mkdirSync(storage, { recursive: true })
  try {
    await bundle(options, join(folder, 'worker.js'))
    const config = join(folder, 'workerd.capnp')
    writeFileSync(config, workerdConfig(options, storage))
    return await launch(config, folder)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function bundle({ entry, alias = {} }: WorkerdOptions, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    alias,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'silent',
  })
}

/** Cap'n Proto's text form; its strings are written as JSON's. */
function workerdConfig(options: WorkerdOptions, storage: string): string {
  const { classes, vars = {}, compatibilityFlags = [], port = 0 } = options
  const text = (value: string) => JSON.stringify(value)
  const list = (items: readonly string[]) => `[${items.join(', ')}]`
  const bindings = [
    ...Object.entries(classes).map(
      ([name, className]) => `(name = ${text(name)}, durableObjectNamespace = ${text(className)})`,
    ),
    ...Object.entries(vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
  ]
  const namespaces = [...new Set(Object.values(classes))].map(
    (name) => `(className = ${text(name)}, uniqueKey = ${text(name)}, enableSql = true)`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "storage", disk = (path = ${text(storage)}, writable = true)),
    (name = "internet", network = (allow = ["local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);

const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${text(COMPATIBILITY_DATE)},
  compatibilityFlags = ${list(compatibilityFlags.map(text))},
  durableObjectNamespaces = ${list(namespaces)},
  durableObjectStorage = (localDisk = "storage"),
  bindings = ${list(bindings)},
);
`
}

async function launch(config: string, folder: string): Promise<WorkerdServer> {
  const child = spawn(
    // By name: the workspace's Node, whichever one runs this.
    'node',
    [join(import.meta.dirname, 'tether.ts'), workerd(), 'serve', config, '--control-fd=3'],
    {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, PATH: `${ROOT_BIN}${delimiter}${process.env.PATH ?? ''}` },
    },
  )
  // A process that is gone closes its pipes; that is told by `exit`.
  for (const stream of child.stdio) stream?.on('error', () => {})
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) readLines(stream, (line) => lines.push(line))
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve())
    child.on('error', () => resolve())
  })
  const { pid, port } = await listening(child, lines)
  // Should the tether be killed, there is nobody left to hold the process.
  void ended.then(() => signalTo(pid, 'SIGKILL'))

  async function kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (child.exitCode === null) signalTo(pid, signal)
    await ended
  }
  return {
    url: `http://127.0.0.1:${port}`,
    pid,
    log: () => [...lines],
    kill,
    async stop() {
      const force = setTimeout(() => signalTo(pid, 'SIGKILL'), GRACE_MS)
      await kill('SIGTERM')
      clearTimeout(force)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until workerd says on which port it listens. */
function listening(child: ChildProcess, log: string[]): Promise<{ pid: number; port: number }> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      clearTimeout(timer)
      child.stdin?.end()
      reject(new Error(`startWorkerd: workerd ${what}. It printed:\n${log.join('\n')}`))
    }
    const timer = setTimeout(() => fail(`did not listen within ${START_MS / 1000} s`), START_MS)
    child.on('close', () => fail('ended'))
    child.on('error', (error) => fail(`could not be started (${error.message})`))
    let pid = 0
    readLines(child.stdio[3] as NodeJS.ReadableStream, (line) => {
      const said: { event: string; pid?: number; port?: number } = JSON.parse(line)
      if (said.event === 'start') pid = said.pid ?? 0
      if (said.event !== 'listen' || said.port === undefined) return
      clearTimeout(timer)
      resolve({ pid, port: said.port })
    })
  })
}

/** The binary that the installed wrangler brings: its version is the deployed runtime's. */
function workerd(): string {
  const wrangler = createRequire(import.meta.url).resolve('wrangler/package.json')
  return createRequire(wrangler)('workerd').default
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = ''
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') onLine(line)
  })
}
