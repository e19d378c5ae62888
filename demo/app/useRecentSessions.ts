/** The sessions that were spoken in on this browser, the one spoken in last first. */

import { useSyncExternalStore } from 'react'
import { createStoredText } from './createStoredText'

export interface RecentSession {
  id: string
  /** the first words that were said in it */
  title: string
}

const MOST = 30
const TITLE_LENGTH = 80
const NONE: readonly RecentSession[] = []

const stored = createStoredText('session-kit.recent')
let parsed: { text: string | null; list: readonly RecentSession[] } = { text: null, list: NONE }

export function useRecentSessions(): readonly RecentSession[] {
  return useSyncExternalStore(stored.subscribe, read, () => NONE)
}

/**
 * Lists a session first. A listed one keeps its title, unless that is only a command, and its place
 * under the pointer, unless something is being said in it.
 */
export function rememberSession(id: string, title: string, isSpeaking: boolean): void {
  const list = read()
  const at = list.findIndex((session) => session.id === id)
  const before = list[at]
  const isKept = before !== undefined && !isCommand(before.title)
  const session = isKept ? before : { id, title: title.trim().slice(0, TITLE_LENGTH) }
  if (before && !isSpeaking) write(list.with(at, session))
  else write([session, ...list.filter((other) => other !== before)].slice(0, MOST))
}

/** Such as `/tool`: says nothing of what a session is about. */
export const isCommand = (text: string): boolean => /^\s*\/\w+\s*$/.test(text)

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
  return typeof value?.id === 'string' && typeof value.title === 'string'
}
