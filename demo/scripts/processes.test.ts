import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { commandAncestors } from './ancestors.ts'
import { type ProcessInfo, parsePs, readProcess } from './processes.ts'

test('[start] lines of ps are taken apart, whatever stands in the command', () => {
  const text = [
    '    1     0     1 Ss   Sun Nov  1 08:00:01 2026 /sbin/launchd',
    ' 4711  4700  4699 S+   Sun Nov 22 10:24:00 2026 node /Users/a b/demo/scripts/start.ts  --x',
    ' 4712  4711  4699 Z    Sun Nov 22 10:24:02 2026 (node)',
    'not a process',
  ].join('\n')
  expect(parsePs(text)).toEqual([
    row(1, 0, 1, '/sbin/launchd', 'Sun Nov  1 08:00:01 2026'),
    row(4711, 4700, 4699, 'node /Users/a b/demo/scripts/start.ts  --x'),
    { ...row(4712, 4711, 4699, '(node)', 'Sun Nov 22 10:24:02 2026'), zombie: true },
  ])
})

test.skipIf(process.platform === 'win32')('[start] a process of this system is found', async () => {
  const child = spawn('node', ['-e', 'setInterval(() => {}, 1000)'], { detached: true })
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const found = readProcess(pid)
  expect(found).toMatchObject({ pid, ppid: process.pid, pgid: pid, zombie: false })
  expect(readProcess(pid)?.startedAt).toBe(found?.startedAt)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(readProcess(pid)).toBeUndefined()
})

test('[start] the command reaches up to the outermost package manager, not to the user’s shell', () => {
  const table = [
    row(10, 1, 10, '-bash'),
    row(20, 10, 20, 'npm exec pnpm@12 start'),
    row(21, 20, 20, "sh -c 'pnpm' start"),
    row(22, 21, 20, 'pnpm start'),
    row(23, 22, 20, 'sh -c trap "kill -s INT $$" INT; node demo/scripts/start.ts'),
    row(24, 23, 20, 'node demo/scripts/start.ts'),
  ]
  expect(ancestorPids(24, table)).toEqual([23, 22, 21, 20])
})

test('[start] a shell that is told to run the package manager is the user’s and may go', () => {
  const table = [
    row(10, 5, 10, 'sh -c cd clone && npx -y pnpm@12 start'),
    row(20, 10, 20, 'node /usr/lib/node_modules/npm/bin/npx-cli.js -y pnpm@12 start'),
    row(24, 20, 20, 'node demo/scripts/start.ts'),
  ]
  expect(ancestorPids(24, table)).toEqual([20])
})

test('[start] without a package manager there is no command above, and a program of another name is none', () => {
  const table = [
    row(9, 5, 9, 'pnpm test'),
    row(10, 9, 10, 'node /clone/node_modules/vitest/vitest.mjs run'),
    row(11, 10, 10, 'sh -c node demo/scripts/start.ts'),
    row(12, 11, 10, 'node demo/scripts/start.ts'),
  ]
  expect(ancestorPids(12, table)).toEqual([])
})

function ancestorPids(pid: number, table: ProcessInfo[]): number[] {
  const read = (wanted: number) => table.find((found) => found.pid === wanted)
  return commandAncestors(pid, read).map((found) => found.pid)
}

function row(
  pid: number,
  ppid: number,
  pgid: number,
  command: string,
  startedAt = 'Sun Nov 22 10:24:00 2026',
): ProcessInfo {
  return { pid, ppid, pgid, zombie: false, startedAt, command }
}
