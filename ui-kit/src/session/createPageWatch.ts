/**
 * Hears what the page does: notices when it comes back after a long time out of sight, and
 * holds the tab's locks only while the page isn't put away.
 */

import type { Clock } from '../socket/Clock.ts'
import type { NetworkSignals } from '../socket/networkSignals.ts'
import type { Tabs } from './createTabs.ts'

export interface PageWatch {
  /** Harmless when repeated: other tabs may have come and gone. */
  start(): void
  /** Idempotent. */
  stop(): void
}

/** Hidden for longer, a page asks what it missed. */
const HIDDEN_MS = 60_000

export function createPageWatch(ports: {
  clock: Clock
  network: NetworkSignals
  tabs: Tabs
  onBack(): void
  onEvent(): void
}): PageWatch {
  const { clock, network, tabs } = ports
  let hiddenAtMs = Infinity
  let unsubscribe: (() => void) | undefined
  return {
    start() {
      // Of a page that is out of sight already nobody says so.
      if (!unsubscribe && !network.isVisible()) hiddenAtMs = clock.now()
      unsubscribe ??= network.subscribe((event) => {
        // Who heard it first may have closed the session.
        if (!unsubscribe) return
        if (event === 'hidden') hiddenAtMs = clock.now()
        if (event === 'pagehide') tabs.stop()
        if (event === 'pageshow' || event === 'visible') tabs.start()
        if (event === 'visible') {
          if (clock.now() - hiddenAtMs >= HIDDEN_MS) ports.onBack()
          hiddenAtMs = Infinity
        }
        ports.onEvent()
      })
      tabs.start()
    },
    stop() {
      tabs.stop()
      unsubscribe?.()
      unsubscribe = undefined
    },
  }
}
