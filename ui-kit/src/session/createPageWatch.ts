/** Hears what the page does, and notices when it comes back after a long time out of sight. */

import type { Clock } from '../socket/Clock.ts'
import type { NetworkEvent, NetworkSignals } from '../socket/networkSignals.ts'

export interface PageWatch {
  start(): void
  /** Idempotent. */
  stop(): void
}

/** Hidden for longer, a page asks what it missed. */
const HIDDEN_MS = 60_000

export function createPageWatch(ports: {
  clock: Clock
  network: NetworkSignals
  onBack(): void
  onEvent(event: NetworkEvent): void
}): PageWatch {
  const { clock, network } = ports
  let hiddenAtMs = Infinity
  let unsubscribe: (() => void) | undefined
  return {
    start() {
      unsubscribe ??= network.subscribe((event) => {
        if (event === 'hidden') hiddenAtMs = clock.now()
        if (event === 'visible' && clock.now() - hiddenAtMs >= HIDDEN_MS) ports.onBack()
        ports.onEvent(event)
      })
    },
    stop() {
      unsubscribe?.()
      unsubscribe = undefined
    },
  }
}
