'use client'
/** The session of the nearest `SessionProvider`. */

import { useContext } from 'react'
import { type Session, SessionError } from '../../session/Session.ts'
import { SessionContext } from './SessionProvider.tsx'

/** @throws SessionError `no_provider` */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session) return session
  throw new SessionError(
    'no_provider',
    'this hook or component reads its session from a provider, and there is none above it. Wrap it: <SessionProvider session={useSessionSocket({ url, sessionId }).session}>…</SessionProvider>',
  )
}
