/**
 * Reads the system's process table: `/proc` on Linux (a minimal Debian has no `ps`), `ps`
 * on macOS and the BSDs. On Windows it sees nothing, and callers do without.
 */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export interface ProcessInfo {
  pid: number
  ppid: number
  /** process group */
  pgid: number
  /** dead, but not yet reaped by its parent */
  zombie: boolean
  /** opaque, constant over a process's life: tells it from a later one with the same pid */
  startedAt: string
  /** command line, its arguments parted by spaces */
  command: string
}

export const canSeeProcesses = process.platform !== 'win32'

/** The processes with these pids, or all; those that are gone are missing. */
export function readProcesses(pids?: readonly number[]): ProcessInfo[] {
  if (process.platform === 'win32') return []
  if (process.platform === 'linux') return readProc(pids)
  return readPs(pids)
}

export function readProcess(pid: number): ProcessInfo | undefined {
  return readProcesses([pid])[0]
}

function readProc(pids?: readonly number[]): ProcessInfo[] {
  const wanted = pids?.map(String) ?? readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return wanted.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return [parseStat(stat, command)]
    } catch {
      // It ended between two reads.
      return []
    }
  })
}

/** `stat` of proc(5): the name in brackets may hold anything, so the fields start after the last one. */
function parseStat(stat: string, cmdline: string): ProcessInfo {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {
    pid: Number.parseInt(stat, 10),
    ppid: Number(fields[1]),
    pgid: Number(fields[2]),
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    startedAt: fields[19] ?? '',
    command: cmdline.replaceAll('\0', ' ').trim(),
  }
}

function readPs(pids?: readonly number[]): ProcessInfo[] {
  if (pids?.length === 0) return []
  const which = pids === undefined ? ['-ax'] : ['-p', pids.join(',')]
  const columns = ['pid', 'ppid', 'pgid', 'stat', 'lstart', 'command'].flatMap((c) => [
    '-o',
    `${c}=`,
  ])
  try {
    const text = execFileSync('ps', ['-ww', ...which, ...columns], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return parsePs(text)
  } catch {
    // `ps -p` fails when none of the pids is alive.
    return []
  }
}

/** @internal Lines of pid, ppid, pgid, stat, lstart (five words) and command. */
export function parsePs(text: string): ProcessInfo[] {
  const line = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/
  return text.split('\n').flatMap((row) => {
    const found = line.exec(row)
    if (found === null) return []
    const [, pid, ppid, pgid, stat = '', startedAt = '', command = ''] = found
    return [
      {
        pid: Number(pid),
        ppid: Number(ppid),
        pgid: Number(pgid),
        zombie: stat.startsWith('Z'),
        startedAt,
        command: command.trim(),
      },
    ]
  })
}
