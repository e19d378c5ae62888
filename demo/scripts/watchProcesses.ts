/**
 * Tells when one of the given processes is gone, by asking the system twice a second: a
 * process that isn't our child can't be waited for.
 */

import { canSeeProcesses, type ProcessInfo, readProcesses } from './processes.ts'

/** `ps` is a process of its own to start; `/proc` is a few reads. */
const EVERY_MS = process.platform === 'linux' ? 500 : 2_000

/** @returns stops watching; idempotent */
export function watchProcesses(
  watched: readonly ProcessInfo[],
  onGone: (gone: ProcessInfo) => void,
): () => void {
  if (!canSeeProcesses || watched.length === 0) return () => {}
  const pids = watched.map((found) => found.pid)
  const timer = setInterval(() => {
    const now = readProcesses(pids)
    const gone = watched.find((one) => !now.some((found) => isSame(one, found)))
    if (gone === undefined) return
    clearInterval(timer)
    onGone(gone)
  }, EVERY_MS)
  return () => clearInterval(timer)
}

function isSame(one: ProcessInfo, found: ProcessInfo): boolean {
  return found.pid === one.pid && found.startedAt === one.startedAt && !found.zombie
}
