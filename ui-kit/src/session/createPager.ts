/**
 * Asks for older history, one page at a time.
 *
 * A page that a lost line or a new catch-up has overtaken is asked for anew, from
 * where the log then begins, so that no hole can open in front. Knows no rows.
 */

import { PAGE_LIMIT, type PageRequestFrame } from '../protocol/index.ts'
import type { Timers } from './createTimers.ts'
import { type HistoryState, SessionError } from './Session.ts'

export interface PagerPorts {
  timers: Timers
  createId(): string
  say(frame: PageRequestFrame): void
  canSend(): boolean
  /** pos from which on nothing is missing */
  wholeFrom(): number
  hasOlder(): boolean
  /** why nobody will answer; undefined while somebody may */
  over(): SessionError | undefined
  onPhase(phase: HistoryState['phase']): void
}

export interface Pager {
  load(limit?: number): Promise<void>
  /** Whether this page was asked for; if so, its rows belong in front. */
  isExpected(ref: string | undefined): boolean
  /** The page's rows are shown. */
  arrived(): void
  /** After a catch-up: ask anew. */
  ask(): void
  fail(error: SessionError): void
}

const DEFAULT_LIMIT = 50
const ANSWER_MS = 10_000

export function createPager(ports: PagerPorts): Pager {
  let wish: (PromiseWithResolvers<void> & { limit: number; ref: string }) | undefined

  function ask() {
    if (!wish || !ports.canSend()) return
    if (!ports.hasOlder()) return arrived()
    wish.ref = ports.createId()
    ports.timers.set('page', ANSWER_MS, () =>
      fail(new SessionError('timeout', 'the server did not answer; load older messages again')),
    )
    ports.say({ type: 'page', ref: wish.ref, before: ports.wholeFrom(), limit: wish.limit })
  }

  function end(phase: HistoryState['phase']) {
    const ended = wish
    wish = undefined
    ports.timers.clear('page')
    if (ended) ports.onPhase(phase)
    return ended
  }

  const arrived = () => end('idle')?.resolve()
  const fail = (error: SessionError) => end('error')?.reject(error)

  return {
    load(limit = DEFAULT_LIMIT) {
      const over = ports.over()
      if (over) return Promise.reject(over)
      if (wish) return wish.promise
      wish = {
        ...Promise.withResolvers<void>(),
        limit: Math.min(PAGE_LIMIT, Math.max(1, Math.floor(limit))),
        ref: '',
      }
      const { promise } = wish
      ports.onPhase('loading')
      ask()
      return promise
    },
    isExpected: (ref) => wish !== undefined && wish.ref === ref,
    arrived,
    ask,
    fail,
  }
}
