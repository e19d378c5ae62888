/**
 * Remembers, beside the state it serves, which process group serves it, and ends that group
 * when it is found alive: one state directory has one server. A process is touched only
 * when it is in the remembered group and its command line names this very clone.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.ts'
import { readProcess } from './processes.ts'
import { readGroup } from './runLeashed.ts'

interface Remembered {
  group: number
  /** of the group's leader; see ProcessInfo */
  startedAt: string
}

export function remember(stateDir: string, group: number): void {
  mkdirSync(stateDir, { recursive: true })
  const startedAt = readProcess(group)?.startedAt ?? ''
  writeFileSync(fileIn(stateDir), JSON.stringify({ group, startedAt } satisfies Remembered))
}

/** Forgets the group, unless another has taken its place meanwhile. */
export function forget(stateDir: string, group: number): void {
  if (recall(stateDir)?.group === group) rmSync(fileIn(stateDir), { force: true })
}

/** @returns the group that was ended, if there was one */
export async function endLeftover(stateDir: string): Promise<number | undefined> {
  const remembered = recall(stateDir)
  if (remembered === undefined) return undefined
  const { group, startedAt } = remembered
  const leader = readProcess(group)
  // Another process got this pid; a group that still has members keeps its number from that.
  if (leader !== undefined && leader.startedAt !== startedAt) return undefined
  const isOurs = readGroup(group).some((found) => found.command.includes(ROOT))
  if (!isOurs) return undefined
  process.kill(-group, 'SIGKILL')
  for (let round = 0; round < 250 && readGroup(group).length > 0; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return group
}

function recall(stateDir: string): Remembered | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(fileIn(stateDir), 'utf8'))
    return isRemembered(value) ? value : undefined
  } catch {
    // None, or cut off in the middle of being written.
    return undefined
  }
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false
  const { group, startedAt } = value as Record<string, unknown>
  return Number.isInteger(group) && Number(group) > 1 && typeof startedAt === 'string'
}

function fileIn(stateDir: string): string {
  return join(stateDir, 'server.json')
}
