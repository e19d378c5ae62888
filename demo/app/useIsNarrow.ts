/** Whether the bar has room for little, as on a phone; the same width as in bar.css. */

import { useSyncExternalStore } from 'react'

const NARROW = '(width < 40rem)'

export function useIsNarrow(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(NARROW).matches,
    () => false,
  )
}

function subscribe(listener: () => void): () => void {
  const query = matchMedia(NARROW)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}
