/** The name to be known by, kept in this browser; a friendly one is made up at the first visit. */

import { useCallback, useSyncExternalStore } from 'react'

/** What the server takes, in characters. */
export const NAME_LENGTH = 64

const KEY = 'session-kit.name'
const MOODS = ['Quiet', 'Amber', 'Brisk', 'Clever', 'Gentle', 'Lucky', 'Merry', 'Patient']
const ANIMALS = ['Heron', 'Otter', 'Lynx', 'Finch', 'Badger', 'Marten', 'Wren', 'Hare']

const listeners = new Set<() => void>()
let current: string | undefined

/** @returns the name, undefined until the browser has been asked; and the way to change it */
export function useStoredName(): [string | undefined, (name: string) => void] {
  const name = useSyncExternalStore(subscribe, read, () => undefined)
  return [name, useCallback(write, [])]
}

function read(): string {
  if (current !== undefined) return current
  let kept: string | null = null
  try {
    kept = localStorage.getItem(KEY)
  } catch {
    // Storage is closed: the name lasts as long as the page.
  }
  if (kept) current = kept.slice(0, NAME_LENGTH)
  else write(`${pick(MOODS)} ${pick(ANIMALS)}`)
  return current ?? ''
}

function write(name: string): void {
  current = name
  try {
    localStorage.setItem(KEY, name)
  } catch {
    // As above.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? ''
}
