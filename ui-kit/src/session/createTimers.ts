/** Named timers on an injected clock: setting one again moves it, and one call ends them all. */

import type { Clock } from '../socket/Clock.ts'

export interface Timers {
  set(name: string, delayMs: number, run: () => void): void
  has(name: string): boolean
  clear(...names: string[]): void
  clearAll(): void
}

export function createTimers(clock: Clock): Timers {
  const handles = new Map<string, unknown>()
  const clear = (...names: string[]) => {
    for (const name of names) {
      clock.clearTimeout(handles.get(name))
      handles.delete(name)
    }
  }
  return {
    set(name, delayMs, run) {
      clear(name)
      const ring = () => {
        handles.delete(name)
        run()
      }
      // Never early: what finds a fraction left would set itself again and again.
      handles.set(name, clock.setTimeout(ring, Math.ceil(delayMs)))
    },
    has: (name) => handles.has(name),
    clear,
    clearAll: () => clear(...handles.keys()),
  }
}
