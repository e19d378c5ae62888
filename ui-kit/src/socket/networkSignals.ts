/**
 * What the platform says about the network and the page, as one subscription.
 *
 * A hint, never a truth: `online` may be wrong both ways, so a line uses it to try
 * sooner or to probe, and not to decide that a socket is dead. Where there is no
 * window (a server, a worker) everything counts as online and visible.
 */

export type NetworkEvent = 'online' | 'offline' | 'visible' | 'hidden' | 'pageshow' | 'pagehide'

export interface NetworkSignals {
  isOnline(): boolean
  isVisible(): boolean
  /** Returns the unsubscribe. */
  subscribe(listener: (event: NetworkEvent) => void): () => void
}

/** So soon after waking one knows of it … */
const LOOK_MS = 3_000
/** … unless it was a nap. Longer than a busy page is late; a throttled one is out of sight. */
const ASLEEP_MS = 30_000

export const platformSignals: NetworkSignals = {
  isOnline: () => globalThis.navigator?.onLine !== false,
  isVisible: () => !globalThis.document?.hidden,
  subscribe(listener) {
    const heard = ({ type }: Event) =>
      listener((type === 'visibilitychange' ? document.visibilityState : type) as NetworkEvent)
    const stop = new AbortController()
    // `visibilitychange` is the document's, and bubbles.
    for (const type of ['online', 'offline', 'pageshow', 'pagehide', 'visibilitychange'])
      globalThis.addEventListener?.(type, heard, stop)
    // Where timers and `performance.now()` stand still in sleep, the wall clock alone tells of it.
    let lookedMs = Date.now()
    const look = setInterval(() => {
      const awayMs = Date.now() - lookedMs
      lookedMs += awayMs
      if (awayMs > ASLEEP_MS && platformSignals.isVisible()) listener('visible')
    }, LOOK_MS)
    // In Node whoever waits for nothing else may go.
    ;(look as { unref?(): void }).unref?.()
    return () => {
      clearInterval(look)
      stop.abort()
    }
  },
}
