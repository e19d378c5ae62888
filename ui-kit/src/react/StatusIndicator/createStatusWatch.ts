/** The view of a session's connection over time. */

import type { Connection, Session } from '../../session/Session.ts'
import { createWatch, type Watch } from '../hooks/createWatch.ts'
import { type Before, type StatusView, statusView } from './statusView.ts'

export type StatusWatch = Watch<StatusView>

export function createStatusWatch(session: Session, clock: Session['clock']): StatusWatch {
  const { store } = session
  let before: Before = 'never'
  let wasPaused = false
  /** what came before says nothing of how the attempts go now */
  let awakeSinceMs = 0
  let view: StatusView = { view: 'connecting' }

  return createWatch({ store, clock }, () => {
    const { connection } = store.getState()
    if (connection.phase === 'live') before = 'live'
    const isPaused = connection.phase === 'paused'
    if (wasPaused && !isPaused) awakeSinceMs = clock.now()
    wasPaused = isPaused
    const next = statusView(sinceAwake(connection, awakeSinceMs), clock.now(), before)
    if (before === 'live' && next.view.view !== 'live') before = 'down'
    const isSame =
      next.view.view === view.view &&
      next.view.retryInS === view.retryInS &&
      next.view.reason === view.reason
    if (!isSame) view = next.view
    return { value: view, againInMs: next.againInMs }
  })
}

function sinceAwake(connection: Connection, awakeSinceMs: number): Connection {
  const { downSinceMs } = connection
  return downSinceMs === undefined || downSinceMs >= awakeSinceMs
    ? connection
    : { ...connection, downSinceMs: awakeSinceMs }
}
