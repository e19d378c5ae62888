/**
 * The session that the URL names, `/?s=ID`. It is the one truth about which session is open,
 * so a link, a reload and the back button all mean what they say.
 */

import { useEffect, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

/** The id as the URL has it, valid or not; undefined in the server's render and before there is one. */
export function useSessionInUrl(): string | undefined {
  const id = useSyncExternalStore(subscribe, readId, () => undefined)
  useEffect(() => {
    // Asked anew: the first render is the server's, which knows no URL.
    if (readId() === undefined) go(createId(), 'replaceState')
  }, [id])
  return id
}

/** Leave this session for another; the back button returns. */
export function openSession(id: string): void {
  go(id, 'pushState')
}

export function openNewSession(): void {
  openSession(createId())
}

function go(id: string, how: 'pushState' | 'replaceState'): void {
  history[how](null, '', `?s=${id}`)
  for (const listener of listeners) listener()
}

function readId(): string | undefined {
  return new URLSearchParams(location.search).get('s') || undefined
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

/** 72 bits: a link that isn't shared can't be guessed. */
function createId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9))
  const base64 = btoa(String.fromCharCode(...bytes))
  return base64.replaceAll('+', '-').replaceAll('/', '_')
}
