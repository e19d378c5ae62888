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
    return () => stop.abort()
  },
}
