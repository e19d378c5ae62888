/**
 * Runs a command in a process group of its own and takes the whole group down with
 * `SIGKILL` as soon as the one who holds the leash (standard input) is gone, or the command
 * has ended. Started by `runLeashed`, which makes it the leader of that group.
 *
 * File descriptor 3, when open, gets the command's exit as one line: code or signal.
 */

import { execFileSync, spawn } from 'node:child_process'
import { writeSync } from 'node:fs'

const [command, ...args] = process.argv.slice(2)
if (command === undefined) throw new Error('leash: name the command to run')

// It reads the same leash, so that it can end itself should this process be killed too.
const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit'] })
child.on('error', (error) => endGroup(error.message))
child.on('exit', (code, signal) => endGroup(String(code ?? signal)))

process.stdin.on('end', () => endGroup('released'))
process.stdin.on('error', () => endGroup('released'))
process.stdin.resume()

// Meant for the command; its end is what ends us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

function endGroup(exit: string): void {
  try {
    writeSync(3, `${exit}\n`)
  } catch {
    // Nobody listens any more.
  }
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL')
  try {
    execFileSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' })
  } finally {
    process.exit()
  }
}
