/** The port to serve on: which one, whether it can be had, and what to say when it can't. */

import { connect, createServer } from 'node:net'
import { type PortOwner, portOwner } from './portOwner.ts'

export type PortState =
  | { kind: 'free' }
  | { kind: 'taken'; owner?: PortOwner }
  | { kind: 'forbidden'; reason: string }

/** A process that was killed may hold its port a little longer than its name. */
const LETTING_GO_MS = 3_000

export async function portState(port: number): Promise<PortState> {
  const untilMs = performance.now() + LETTING_GO_MS
  for (;;) {
    const state = await look(port)
    const isUnowned = state.kind === 'taken' && state.owner === undefined
    if (!isUnowned || performance.now() > untilMs) return state
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function look(port: number): Promise<PortState> {
  const bound = await tryToListen(port)
  if (bound === 'EACCES')
    return { kind: 'forbidden', reason: 'the system keeps it for the root user' }
  // macOS lets us listen beside somebody who has all addresses, so asking is needed too.
  const answered = await Promise.all([answers('127.0.0.1', port), answers('::1', port)])
  if (bound !== 'EADDRINUSE' && !answered.includes(true)) return { kind: 'free' }
  const owner = portOwner(port)
  return owner === undefined ? { kind: 'taken' } : { kind: 'taken', owner }
}

function tryToListen(port: number): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.close(() => resolve('free'))
    })
  })
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 })
    const settle = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => settle(true))
    socket.once('timeout', () => settle(false))
    socket.once('error', () => settle(false))
  })
}

/** What is wrong with the port, and what to do; `variable` is the one that chooses another. */
export function describePort(
  port: number,
  state: Exclude<PortState, { kind: 'free' }>,
  variable: string,
): string {
  const other = `choose another port, such as ${variable}=${port === 65_535 ? port - 1 : port + 1}`
  if (state.kind === 'forbidden') return `port ${port} can't be used: ${state.reason}; ${other}`
  if (state.owner === undefined) {
    return `port ${port} is taken by a program that the system doesn't name to this user; ${other}`
  }
  const { pid, command } = state.owner
  return `port ${port} is taken by pid ${pid} (${command.slice(0, 160)}); end it, or ${other}`
}

/**
 * The port that the environment asks for.
 * @throws when the variable holds something else
 */
export function readPort(env: NodeJS.ProcessEnv, variable: string, fallback: number): number {
  const given = env[variable]
  if (given === undefined || given === '') return fallback
  const port = Number(given)
  if (/^\d+$/.test(given) && port >= 1 && port <= 65_535) return port
  throw new Error(`${variable} is "${given}", but has to be a whole number from 1 to 65535`)
}
