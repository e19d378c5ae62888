/**
 * The processes above this one that belong to the same command: `npx`, `pnpm` and the
 * shells between them. Whoever kills one of them means the command, but the kernel tells
 * the children nothing.
 */

import { type ProcessInfo, readProcess } from './processes.ts'

const PACKAGE_MANAGER = /(^|[\s/\\])(npm|npx|pnpm|pnpx|yarn|corepack|bun)(?=[\s.@-]|$)/
const SHELL = /^(\S*\/)?(ba|da|z|k)?sh\s+-\w*c\s/

/**
 * From the parent up to the outermost package manager. A shell counts only below a package
 * manager, so the user's own shell doesn't: it may go and leave the server running.
 */
export function commandAncestors(
  pid: number,
  read: (pid: number) => ProcessInfo | undefined = readProcess,
): ProcessInfo[] {
  const chain: ProcessInfo[] = []
  let belongs = 0
  for (let at = read(pid); at !== undefined && at.ppid > 1; ) {
    at = read(at.ppid)
    if (at === undefined) break
    const manager = isPackageManager(at.command)
    if (!manager && !SHELL.test(at.command)) break
    chain.push(at)
    if (manager) belongs = chain.length
  }
  return chain.slice(0, belongs)
}

/** The program or, for a script, its first argument: not whatever stands in a shell's command. */
function isPackageManager(command: string): boolean {
  if (SHELL.test(command)) return false
  return PACKAGE_MANAGER.test(command.split(/\s+/).slice(0, 2).join(' '))
}
