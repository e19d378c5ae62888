/**
 * What a process has used: CPU and memory, from `/proc` or, where there is none, from `ps`.
 * NaN where neither tells: then a benchmark says so instead of guessing.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Usage {
  /** user and system time, ms */
  cpuMs: number
  /** resident memory, KiB */
  rssKiB: number
}

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICK_MS = 10

export function readUsage(pid: number): Usage {
  return readProc(pid) ?? readPs(pid) ?? { cpuMs: Number.NaN, rssKiB: Number.NaN }
}

function readProc(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold anything, so the fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const rss = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
      rssKiB: Number(rss?.[1]),
    }
  } catch {
    return undefined
  }
}

function readPs(pid: number): Usage | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'time=,rss=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [time = '', rss] = text.trim().split(/\s+/)
    return { cpuMs: parseCpuTime(time), rssKiB: Number(rss) }
  } catch {
    return undefined
  }
}

/** @internal ms of `days-hours:minutes:seconds.hundredths`, of which the front may be missing */
export function parseCpuTime(text: string): number {
  const [clock = '', days = '0'] = text.split('-').reverse()
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Math.round((Number(days) * 86_400 + seconds) * 1_000)
}
