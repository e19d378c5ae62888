/**
 * What a screen reader is told of the feed: that an answer has begun, and finished messages of
 * others, at most one announcement a second, several at once as their number; and, at once, that
 * a message of one's own was refused. However many feeds show a session, one of them speaks: the
 * first that is on show, and not told to be silent.
 *
 * Never a token, never history, never one's own words.
 */

import type { FeedMessage, Session } from '../../session/Session.ts'
import type { SessionStrings } from '../SessionStrings.ts'
import { messageLanguage } from './messageLanguage.ts'
import { spokenText } from './spokenText.ts'

/** What happens within this time is told together, ms. */
const ANNOUNCE_EVERY_MS = 1_000

/**
 * - `complete`: who, and the beginning of what
 * - `summary`: who, and that it is complete
 * - `off`: nothing but that a message of one's own was refused
 */
export type Announce = 'complete' | 'summary' | 'off'

export interface Announcement {
  text: string
  /** that of the message it quotes */
  lang?: string | undefined
}

export interface AnnouncementOptions {
  session: Session
  /** what is not on show can't be heard */
  isShown(): boolean
  /** asked anew for each announcement */
  words(): { strings: SessionStrings; announce: Announce }
  onAnnounce(announcement: Announcement): void
  /** @param text undefined when nothing is refused any more */
  onAlert(text: string | undefined): void
}

/** The feeds of each session in the order they came. */
const feeds = new WeakMap<Session, Set<AnnouncementOptions>>()

/** @returns ends it */
export function createAnnouncements(options: AnnouncementOptions): () => void {
  const { session, words, onAnnounce, onAlert } = options
  const { clock, store } = session
  const others = feeds.get(session) ?? new Set()
  feeds.set(session, others.add(options))
  const messages = createMessageWatch(session)
  const refusals = createRefusalWatch(session)
  let timer: unknown

  const isFirst = (mayTell: (feed: AnnouncementOptions) => boolean) =>
    [...others].find((feed) => feed.isShown() && mayTell(feed)) === options

  function look(): void {
    const refused = refusals.look()
    if (refused && isFirst(() => true)) onAlert(refusalWords(refused, words().strings))
    if (messages.look()) timer ??= clock.setTimeout(speak, ANNOUNCE_EVERY_MS)
  }

  function speak(): void {
    timer = undefined
    const told = announcement(messages.take(), words())
    if (messages.look()) timer = clock.setTimeout(speak, ANNOUNCE_EVERY_MS)
    if (told && isFirst((feed) => feed.words().announce !== 'off')) onAnnounce(told)
  }

  const stops = [session.subscribeMessages(look), store.subscribe(look)]
  return () => {
    others.delete(options)
    for (const stop of stops) stop()
    clock.clearTimeout(timer)
  }
}

/** Notes which messages of others begin and end. */
function createMessageWatch(session: Session) {
  const { store } = session
  let { keys } = store.getState()
  let isSynced = store.getState().history.phase !== 'none'
  /** rows that were unfinished when last seen */
  const open = new Set<string>()
  let begun: FeedMessage[] = []
  let finished: FeedMessage[] = []
  /** Every row that the server had when last seen: one's own wait at the end, behind what comes. */
  const known = new Set<string>()

  for (const key of keys) {
    if (session.getMessage(key)?.state === 'streaming') open.add(key)
    learn(key)
  }

  function learn(key: string): void {
    if (session.getMessage(key)?.delivery === 'stored') known.add(key)
  }

  function lookAtKeys(): void {
    const state = store.getState()
    if (state.keys !== keys) {
      for (const key of addedAtEnd(known, state.keys)) {
        const message = session.getMessage(key)
        if (!message || message.key === message.cid) continue
        if (isSynced && message.state === 'streaming') begun.push(message)
        if (isSynced || message.state === 'streaming') open.add(key)
      }
      keys = state.keys
      for (const key of keys) learn(key)
    }
    isSynced ||= state.history.phase !== 'none'
  }

  return {
    /** @returns whether there is something to tell */
    look(): boolean {
      lookAtKeys()
      for (const key of open) {
        const message = session.getMessage(key)
        if (message?.state === 'streaming') continue
        open.delete(key)
        begun = begun.filter((one) => one.key !== key)
        if (message && message.state !== 'deleted') finished.push(message)
      }
      return finished.length + begun.length > 0
    },
    /** What is finished, or else what has begun: the one makes the other old. */
    take(): readonly FeedMessage[] {
      const taken = finished.length > 0 ? finished : begun
      if (taken === begun) begun = []
      else finished = []
      return taken
    },
  }
}

/** Keys below the last row that was known; none when nothing known is left (another log). */
function addedAtEnd(known: ReadonlySet<string>, now: readonly string[]): readonly string[] {
  return known.size === 0 ? now : now.slice(indexAfterKnown(known, now))
}

function indexAfterKnown(known: ReadonlySet<string>, now: readonly string[]): number {
  const index = now.findLastIndex((key) => known.has(key))
  return index === -1 ? now.length : index + 1
}

/** Notes which messages of one's own are refused from now on; what was refused before is no news. */
function createRefusalWatch(session: Session) {
  const { store } = session
  /** those that were on their way when last seen */
  const waiting = new Set<string>()
  const refused = new Set<string>()
  look()

  function look(): readonly FeedMessage[] | undefined {
    const had = refused.size
    const now: FeedMessage[] = []
    const { outbox } = store.getState()
    for (const cid of refused) if (!outbox.includes(cid)) refused.delete(cid)
    for (const cid of outbox) {
      const message = session.getMessage(cid)
      if (message?.delivery !== 'failed') {
        waiting.add(cid)
        refused.delete(cid)
      } else if (!refused.has(cid)) {
        refused.add(cid)
        if (waiting.delete(cid)) now.push(message)
      }
    }
    return now.length > 0 || (had > 0 && refused.size === 0) ? now : undefined
  }

  return { look }
}

function refusalWords(refused: readonly FeedMessage[], strings: SessionStrings) {
  if (refused.length > 1) return strings.failedMessages(refused.length)
  return refused[0] && strings.failed(refused[0].failure)
}

function announcement(
  messages: readonly FeedMessage[],
  { strings, announce }: ReturnType<AnnouncementOptions['words']>,
): Announcement | undefined {
  const [first] = messages
  if (!first || announce === 'off') return undefined
  const { name } = first.author
  if (first.state === 'streaming') return { text: strings.announceStart(name) }
  if (messages.length > 1) return { text: strings.announceMessages(messages.length) }
  const { cancelled, interrupted, error } = strings
  const end = { cancelled, interrupted, error: error(first.error?.message ?? '') }[
    first.state as string
  ]
  const isAnswer = first.role === 'assistant'
  const spoken = announce === 'complete' ? spokenText(first, strings) : ''
  const summary = isAnswer ? strings.answered : strings.newMessages(1)
  const text = [spoken, end].filter(Boolean).join('. ') || summary
  return {
    text: strings.announceMessage(name, text),
    lang: spoken === '' ? undefined : messageLanguage(first),
  }
}
