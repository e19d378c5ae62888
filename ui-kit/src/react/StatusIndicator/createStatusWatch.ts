/** The view of a session's connection over time; asleep while nobody listens. */

import type { Session } from '../../session/Session.ts'
import { type Before, type StatusView, statusView } from './statusView.ts'

export interface StatusWatch {
  get(): StatusView
  subscribe(listener: () => void): () => void
}

export function createStatusWatch(session: Session, clock: Session['clock']): StatusWatch {
  const listeners = new Set<() => void>()
  let before: Before = 'never'
  let view: StatusView = { view: 'connecting' }
  let timer: unknown

  function refresh(): void {
    const { connection } = session.store.getState()
    if (connection.phase === 'live') before = 'live'
    const next = statusView(connection, clock.now(), before)
    if (before === 'live' && next.view.view !== 'live') before = 'down'
    const isSame =
      next.view.view === view.view &&
      next.view.retryInS === view.retryInS &&
      next.view.reason === view.reason
    if (!isSame) view = next.view
    clock.clearTimeout(timer)
    if (listeners.size > 0 && next.againInMs !== undefined)
      timer = clock.setTimeout(changed, next.againInMs)
  }

  function changed(): void {
    const before = view
    refresh()
    if (view !== before) for (const listener of [...listeners]) listener()
  }

  let stop = () => {}
  refresh()
  return {
    get: () => view,
    subscribe(listener) {
      listeners.add(listener)
      if (listeners.size === 1) {
        stop = session.store.subscribe(changed)
        refresh()
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stop()
        clock.clearTimeout(timer)
      }
    },
  }
}
