/** The sessions that were spoken in on this browser, newest first. */

import { useSyncExternalStore } from 'react'
import { createStoredText } from './createStoredText'

export interface RecentSession {
  id: string
  /** the first words that were said in it */
  title: string
  /** ms since 1970 */
  usedAtMs: number
}

const MOST = 30
const TITLE_LENGTH = 80
const NONE: readonly RecentSession[] = []

const stored = createStoredText('session-kit.recent')
let parsed: { text: string | null; list: readonly RecentSession[] } = { text: null, list: NONE }

export function useRecentSessions(): readonly RecentSession[] {
  return useSyncExternalStore(stored.subscribe, read, () => NONE)
}

/** Puts a session first; its title stays the one that it had. */
export function rememberSession(id: string, title: string): void {
  const before = read().find((session) => session.id === id)
  const newest = {
    id,
    title: before?.title ?? title.trim().slice(0, TITLE_LENGTH),
    usedAtMs: Date.now(),
  }
  write([newest, ...read().filter((session) => session.id !== id)].slice(0, MOST))
}

/** Takes it off the list; the session itself stays, and so does its link. */
export function forgetRecentSession(id: string): void {
  write(read().filter((session) => session.id !== id))
}

function write(list: readonly RecentSession[]): void {
  stored.write(JSON.stringify(list))
}

function read(): readonly RecentSession[] {
  const text = stored.read()
  if (text !== parsed.text) parsed = { text, list: parse(text) }
  return parsed.list
}

/** Another version of this page, or a curious person, may have written it. */
function parse(text: string | null): readonly RecentSession[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(list) ? list.filter(isRecentSession) : NONE
  } catch {
    return NONE
  }
}

function isRecentSession(value: Partial<RecentSession> | null): value is RecentSession {
  return (
    typeof value?.id === 'string' &&
    typeof value.title === 'string' &&
    typeof value.usedAtMs === 'number'
  )
}
