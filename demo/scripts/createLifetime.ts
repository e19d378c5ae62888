/**
 * One end for a script and all that it started: whichever of them goes first, or the package
 * manager above them, takes the rest along. `SIGINT`, `SIGTERM` and `SIGHUP` are the clean way.
 */

import { commandAncestors } from './ancestors.ts'
import type { Leashed } from './runLeashed.ts'
import { watchProcesses } from './watchProcesses.ts'

export interface Lifetime {
  /** Ends this when the script ends. */
  hold(leashed: Leashed): void
  /** Ends what is held, then the script. The first call counts. */
  end(code: number, why?: string): Promise<void>
}

/** @param onEnded runs for each that was held, after it has ended */
export function createLifetime(onEnded: (leashed: Leashed) => void = () => {}): Lifetime {
  const held = new Set<Leashed>()
  let isEnding = false

  async function end(code: number, why?: string): Promise<void> {
    if (isEnding) return
    isEnding = true
    if (why !== undefined) say(why)
    // What has lost a part has no clean end, only pages of complaints about that.
    await Promise.all([...held].map((leashed) => leashed.end(code !== 0)))
    process.exit(code)
  }

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void end(0))
  }
  watchProcesses(commandAncestors(process.pid), (gone) => {
    void end(1, `the command that started it has ended (pid ${gone.pid})`)
  })
  return {
    hold(leashed) {
      held.add(leashed)
      void leashed.ended.then(() => {
        held.delete(leashed)
        onEnded(leashed)
      })
    },
    end,
  }
}

/** To the standard error: the standard output is for what was asked for. */
export function say(what: string): void {
  console.error(`session-kit: ${what}`)
}
