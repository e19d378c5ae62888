/**
 * A server started as `pnpm start` starts it, in a process of its own, on a free port, with
 * storage of its own. Can be killed and started again on the same storage.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface StartedServer {
  url: string
  port: number
  stateDir: string
  /** from the start of the process to its ready line */
  readyMs: number
  /** SIGKILL to the process that was started; returns when nothing answers on the port any more. */
  kill(): Promise<void>
  /** Ends it and removes its storage. */
  stop(): Promise<void>
}

export async function startServer(
  options: { port?: number; stateDir?: string; env?: Record<string, string> } = {},
): Promise<StartedServer> {
  const port = options.port ?? (await freePort())
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), 'session-kit-state-'))
  const startedMs = performance.now()
  const child = spawn('node', [join(import.meta.dirname, '../scripts/start.ts')], {
    env: { ...process.env, ...options.env, PORT: String(port), STATE_DIR: stateDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = `http://localhost:${port}`
  await ready(child, url)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    url,
    port,
    stateDir,
    readyMs: performance.now() - startedMs,
    async kill() {
      child.kill('SIGKILL')
      await ended
      while (await answers(url)) await new Promise((resolve) => setTimeout(resolve, 50))
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}

function ready(child: ChildProcess, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes(url)) resolve()
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) =>
      reject(new Error(`the server ended with ${code} before it was ready:\n${output}`)),
    )
  })
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/health`)
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
