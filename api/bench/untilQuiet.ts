/** Waits until a server has done what the last measurement left it: the next one is not to pay for it. */

import { readUsage } from './usage.ts'

const LOOK_EVERY_MS = 100
const LOOKS = 50

export async function untilQuiet(pid: number): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const before = readUsage(pid).cpuMs
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    const used = readUsage(pid).cpuMs - before
    // Where nobody tells, a while is waited.
    if (Number.isNaN(used) ? look >= 5 : used <= 10) return
  }
}
