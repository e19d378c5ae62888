/** Who listens on a port, as far as the system tells this user. */

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { readProcess } from './processes.ts'

export interface PortOwner {
  pid: number
  command: string
}

export function portOwner(port: number): PortOwner | undefined {
  const pid = process.platform === 'linux' ? ownerByProc(port) : ownerByTool(port)
  if (pid === undefined) return undefined
  return { pid, command: readProcess(pid)?.command ?? 'unknown command' }
}

/** The listening socket's inode, then the process that has it open; those of others can't be read. */
function ownerByProc(port: number): number | undefined {
  const hexPort = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const row of readOrEmpty(table).split('\n')) {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/)
      if (state === '0A' && local.endsWith(hexPort)) inodes.add(`socket:[${inode}]`)
    }
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const owner = pids.find((pid) => openFiles(pid).some((file) => inodes.has(file)))
  return owner === undefined ? undefined : Number(owner)
}

function openFiles(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function ownerByTool(port: number): number | undefined {
  const windows = process.platform === 'win32'
  const [tool, args] = windows
    ? (['netstat', ['-ano', '-p', 'TCP']] as const)
    : (['lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']] as const)
  const row = windows ? new RegExp(`:${port}\\s+\\S+\\s+LISTENING\\s+(\\d+)`) : /^p(\d+)/m
  try {
    const text = execFileSync(tool, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const pid = row.exec(text)?.[1]
    return pid === undefined ? undefined : Number(pid)
  } catch {
    return undefined
  }
}
