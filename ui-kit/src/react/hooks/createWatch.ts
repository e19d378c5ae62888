/** A value that follows a session's store and the time; asleep while nobody listens. */

import type { Session } from '../../session/Session.ts'
import { tell } from '../../session/tell.ts'

export interface Watch<T> {
  get(): T
  subscribe(listener: () => void): () => void
}

/** What holds now, and after how long it may change without a word of the store. */
export interface Reading<T> {
  value: T
  againInMs: number | undefined
}

/** @param read gives the same value again as long as nothing in it changed */
export function createWatch<T>(
  { store, clock }: Pick<Session, 'store' | 'clock'>,
  read: () => Reading<T>,
): Watch<T> {
  const listeners = new Set<() => void>()
  let timer: unknown
  let stop = () => {}
  let { value } = read()

  function refresh(): void {
    const reading = read()
    value = reading.value
    clock.clearTimeout(timer)
    if (reading.againInMs !== undefined) timer = clock.setTimeout(changed, reading.againInMs)
  }

  function changed(): void {
    const before = value
    refresh()
    if (value !== before) tell(listeners)
  }

  return {
    get: () => value,
    subscribe(listener) {
      listeners.add(listener)
      if (listeners.size === 1) {
        stop = store.subscribe(changed)
        refresh()
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stop()
        clock.clearTimeout(timer)
      }
    },
  }
}
