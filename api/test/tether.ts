/**
 * Runs a command that must not outlive whoever holds standard input, however that one ends.
 *
 * File descriptor 3 gets the command's process id as one line of JSON and is then handed on.
 */

import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'

const [command, ...args] = process.argv.slice(2)
if (command === undefined) throw new Error('tether: name the command to run')

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 3] })
child.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
child.on('exit', (code) => process.exit(code ?? 1))
if (child.pid !== undefined) writeSync(3, `${JSON.stringify({ event: 'start', pid: child.pid })}\n`)

const end = () => void child.kill('SIGKILL')
process.stdin.on('end', end).on('error', end).resume()

// A terminal tells the command too, whose end is ours.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
