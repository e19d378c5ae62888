/** The name to be known by, kept in this browser; a friendly one is made up at the first visit. */

import { useSyncExternalStore } from 'react'
import { createStoredText } from './createStoredText'

/** What the server takes, in characters. */
export const NAME_LENGTH = 64

const stored = createStoredText('session-kit.name')
const MOODS = ['Quiet', 'Amber', 'Brisk', 'Clever', 'Gentle', 'Lucky', 'Merry', 'Patient']
const ANIMALS = ['Heron', 'Otter', 'Lynx', 'Finch', 'Badger', 'Marten', 'Wren', 'Hare']

/** @returns the name, undefined until the browser has been asked; and the way to change it */
export function useStoredName(): [string | undefined, (name: string) => void] {
  return [useSyncExternalStore(stored.subscribe, read, () => undefined), stored.write]
}

function read(): string {
  const kept = stored.read()
  if (kept) return kept.slice(0, NAME_LENGTH)
  const name = `${pick(MOODS)} ${pick(ANIMALS)}`
  stored.write(name)
  return name
}

function pick(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? ''
}
