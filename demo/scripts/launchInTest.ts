/** `start` as a test launches it: on a state of its own, and gone with all its processes afterwards. */

import { mkdtempSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import { type Launched, type LaunchOptions, launchStart, survivors } from './launchStart.ts'

let stateDir: string
const launched: Launched[] = []

/** Belongs at the top of a test file: a fresh state before each test, no process after it. */
export function cleanUp(): void {
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'session-kit-start-'))
  })
  afterEach(async () => {
    await Promise.all(launched.splice(0).map(endByForce))
    rmSync(stateDir, { recursive: true, force: true })
  })
}

export async function launch(options: Partial<LaunchOptions> = {}): Promise<Launched> {
  const started = await launchStart({ stateDir, ...options })
  launched.push(started)
  return started
}

async function endByForce(started: Launched): Promise<void> {
  for (const { pid } of started.tree()) kill(pid)
  await started.ended
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended with another one.
  }
}

export function find(tree: ReturnType<Launched['tree']>, pattern: RegExp): number {
  const found = tree.find(({ command }) => pattern.test(command))
  if (found === undefined) throw new Error(`no ${pattern} in\n${describeTree(tree)}`)
  return found.pid
}

export function describeTree(tree: ReturnType<Launched['tree']>): string {
  return tree.map(({ pid, ppid, command }) => `${pid} ${ppid} ${command}`).join('\n')
}

export async function eventually(isSo: () => boolean, otherwise: () => string): Promise<void> {
  for (let round = 0; round < 200; round++) {
    if (isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`not within 10 s:\n${otherwise()}`)
}

export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket()
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.connect(port, '127.0.0.1', () => socket.destroy())
  })
}

/** The signal to `start` alone, as it has come up: all ends, without a complaint. */
export async function expectCleanEnd(started: Launched, signal: NodeJS.Signals): Promise<void> {
  const tree = started.tree()
  process.kill(find(tree, /^\S*node \S*start\.ts/), signal)
  expect(await started.ended).toBe(0)
  expect(survivors(tree)).toEqual([])
  expect(await answers(started.port)).toBe(false)
}

export function post(url: string, session: string, text: string): Promise<Response> {
  return fetch(`${url}/sessions/${session}/do/messages?guest=guest-of-start-test`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ cid: 'cid-of-start-test', text }),
  })
}
