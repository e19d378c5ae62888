/**
 * Asks for older history, one page at a time.
 *
 * A page that a lost line or a new catch-up has overtaken is asked for anew, from
 * where the log then begins, so that no hole can open in front. Keeps `history` in the
 * state. Knows no rows.
 */

import { PAGE_LIMIT, type PageRequestFrame, type SyncFrame } from '../protocol/index.ts'
import { FRAME_MS } from '../socket/timing.ts'
import type { Feed } from './createFeed.ts'
import type { Timers } from './createTimers.ts'
import { type HistoryState, SessionError } from './Session.ts'

export interface PagerPorts {
  feed: Pick<Feed, 'state' | 'patch' | 'commit'>
  timers: Timers
  createId(): string
  say(frame: PageRequestFrame): void
  canSend(): boolean
  /** pos from which on nothing is missing */
  wholeFrom(): number
  /** why nobody will answer; undefined while somebody may */
  over(): SessionError | undefined
}

export interface Pager {
  load(limit?: number): Promise<void>
  /** Whether this page was asked for; if so, its rows belong in front. */
  isExpected(ref: string | undefined): boolean
  /** The page's rows are in the draft. */
  arrived(hasOlder: boolean): void
  /** A catch-up is in the draft; a snapshot begins the log anew. */
  synced(sync: SyncFrame): void
  /** After a catch-up: ask anew. */
  ask(): void
  /** The server says that this is not the time: ask anew in so many ms. */
  later(waitMs: number): void
  fail(error: SessionError): void
}

const DEFAULT_LIMIT = 50
/** No refusal is followed by the next question at once. */
const SOON_MS = 500

export function createPager(ports: PagerPorts): Pager {
  const { feed } = ports
  let wish: (PromiseWithResolvers<void> & { limit: number; ref: string }) | undefined

  const patch = (change: Partial<HistoryState>) =>
    feed.patch({ history: { ...feed.state().history, ...change } })

  function ask() {
    if (!wish || !ports.canSend()) return
    const { hasOlder } = feed.state().history
    if (!hasOlder) return arrived(hasOlder)
    wish.ref = ports.createId()
    ports.timers.set('page', FRAME_MS, () =>
      fail(new SessionError('timeout', 'the server did not answer; load older messages again')),
    )
    ports.say({ type: 'page', ref: wish.ref, before: ports.wholeFrom(), limit: wish.limit })
  }

  function end(change: Partial<HistoryState>) {
    const ended = wish
    wish = undefined
    ports.timers.clear('page')
    if (ended) {
      patch(change)
      feed.commit()
    }
    return ended
  }

  const arrived = (hasOlder: boolean) => end({ phase: 'idle', hasOlder })?.resolve()
  const fail = (error: SessionError) => end({ phase: 'error' })?.reject(error)

  return {
    load(limit) {
      const over = ports.over()
      if (over) return Promise.reject(over)
      if (wish) return wish.promise
      wish = {
        ...Promise.withResolvers<void>(),
        // A button may hand over its click.
        limit: Math.min(PAGE_LIMIT, Math.max(1, Math.floor(Number(limit)) || DEFAULT_LIMIT)),
        ref: '',
      }
      const { promise } = wish
      patch({ phase: 'loading' })
      feed.commit()
      ask()
      return promise
    },
    isExpected: (ref) => wish !== undefined && wish.ref === ref,
    arrived,
    synced: ({ mode, hasOlder }) =>
      patch({ phase: wish ? 'loading' : 'idle', ...(mode === 'snapshot' && { hasOlder }) }),
    ask,
    later: (waitMs) => ports.timers.set('page', Math.max(SOON_MS, waitMs), ask),
    fail,
  }
}
