/**
 * What a screen reader is told of the feed: finished messages of others, at most one
 * announcement a second, several at once as their number.
 *
 * Never a token, never history, never one's own words.
 */

import type { FeedMessage, Session } from '../../session/Session.ts'
import type { SessionStrings } from '../SessionStrings.ts'
import { spokenText } from './spokenText.ts'

/** What finishes within this time is told together, ms. */
const ANNOUNCE_EVERY_MS = 1_000

/** @returns ends it */
export function createAnnouncements(
  session: Session,
  strings: () => SessionStrings,
  announce: (text: string) => void,
): () => void {
  const { clock, store } = session
  let { keys } = store.getState()
  let isSynced = store.getState().history.phase !== 'none'
  /** rows that were unfinished when last seen */
  const open = new Set<string>()
  let finished: FeedMessage[] = []
  let timer: unknown

  for (const key of keys) if (session.getMessage(key)?.state === 'streaming') open.add(key)

  function look(): void {
    const state = store.getState()
    if (state.keys !== keys) {
      const isHistory = !isSynced
      for (const key of addedAtEnd(keys, state.keys)) {
        const message = session.getMessage(key)
        if (message && message.key !== message.cid && (!isHistory || message.state === 'streaming'))
          open.add(key)
      }
      keys = state.keys
    }
    isSynced ||= state.history.phase !== 'none'
    for (const key of open) {
      const message = session.getMessage(key)
      if (message?.state === 'streaming') continue
      open.delete(key)
      if (message && message.state !== 'deleted') finished.push(message)
    }
    if (finished.length > 0) timer ??= clock.setTimeout(speak, ANNOUNCE_EVERY_MS)
  }

  function speak(): void {
    timer = undefined
    const [first] = finished
    const count = finished.length
    finished = []
    if (first)
      announce(count === 1 ? oneMessage(first, strings()) : strings().announceMessages(count))
  }

  const stops = [session.subscribeMessages(look), store.subscribe(look)]
  return () => {
    for (const stop of stops) stop()
    clock.clearTimeout(timer)
  }
}

/** Keys below the last row that was known; none when nothing known is left (another log). */
function addedAtEnd(before: readonly string[], now: readonly string[]): readonly string[] {
  if (before.length === 0) return now
  const known = new Set(before)
  for (let index = now.length - 1; index >= 0; index--)
    if (known.has(now[index] as string)) return now.slice(index + 1)
  return []
}

function oneMessage(message: FeedMessage, strings: SessionStrings): string {
  const end = {
    cancelled: strings.cancelled,
    interrupted: strings.interrupted,
    error: strings.error(message.error?.message ?? ''),
  }[message.state as string]
  const text = [spokenText(message.parts), end].filter(Boolean).join('. ')
  return strings.announceMessage(message.author.name, text)
}
