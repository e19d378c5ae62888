/** A page that a server renders and a browser hydrates: the whole chat, and who waits for it. */

import * as React from 'react'
import {
  Chat,
  SessionProvider,
  type UseSessionSocketOptions,
  useSession,
  useSessionSocket,
} from '../src/index.ts'

export interface ServerPageProps {
  options: UseSessionSocketOptions
  /** adds a boundary that waits for the session's `ready` */
  waits?: boolean
}

export function ServerPage({ options, waits }: ServerPageProps) {
  const { session, status, messages } = useSessionSocket(options)
  return (
    <SessionProvider session={session}>
      <output>
        {status} {messages.length}
      </output>
      <Chat />
      {waits && (
        <React.Suspense fallback={<i>waiting</i>}>
          <Ready />
        </React.Suspense>
      )}
    </SessionProvider>
  )
}

export function Ready() {
  awaited(useSession().ready)
  return <b>ready</b>
}

/** What became of a promise: nothing as long as it is absent here. */
const outcomes = new WeakMap<Promise<unknown>, { error?: unknown }>()

/** `use`, for any React that has Suspense: throws the promise until it is settled. */
function awaited(promise: Promise<unknown>): void {
  const outcome = outcomes.get(promise)
  if (!outcome)
    throw promise.then(
      () => outcomes.set(promise, {}),
      (error) => outcomes.set(promise, { error }),
    )
  if ('error' in outcome) throw outcome.error
}
