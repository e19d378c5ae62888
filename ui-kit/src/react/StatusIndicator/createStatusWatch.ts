/** The view of a session's connection over time. */

import type { Session } from '../../session/Session.ts'
import { createWatch, type Watch } from '../hooks/createWatch.ts'
import { type Before, type StatusView, statusView } from './statusView.ts'

export type StatusWatch = Watch<StatusView>

export function createStatusWatch(session: Session, clock: Session['clock']): StatusWatch {
  const { store } = session
  let before: Before = 'never'
  let view: StatusView = { view: 'connecting' }

  return createWatch({ store, clock }, () => {
    const { connection } = store.getState()
    if (connection.phase === 'live') before = 'live'
    const next = statusView(connection, clock.now(), before)
    if (before === 'live' && next.view.view !== 'live') before = 'down'
    const isSame =
      next.view.view === view.view &&
      next.view.retryInS === view.retryInS &&
      next.view.reason === view.reason
    if (!isSame) view = next.view
    return { value: view, againInMs: next.againInMs }
  })
}
