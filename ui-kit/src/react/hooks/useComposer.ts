'use client'
/**
 * The text that is being written: a draft that survives reload and remount, and leaves
 * the field only when the session took it.
 */

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { SessionError, type SessionState } from '../../session/Session.ts'
import { pendingSession } from './pendingSession.ts'
import { useSession } from './useSession.ts'
import { selectIsWorking, useSessionState } from './useSessionState.ts'

export interface ComposerApi {
  text: string
  setText(text: string): void
  /** Send what is written. @returns whether the session took it; else `refusal` says why */
  send(): boolean
  stop(): void
  canSend: boolean
  /** the agent is at work and within reach, so there is something to stop */
  isWorking: boolean
  /** why the last send was refused; gone with the next change of the text */
  refusal: SessionError | undefined
}

const selectIsViewer = (state: SessionState) => state.you?.role === 'viewer'

export function useComposer(): ComposerApi {
  const session = useSession()
  const isViewer = useSessionState(selectIsViewer)
  const isWorking = useSessionState(selectIsWorking)
  const [text, show] = useState('')
  const [refusal, setRefusal] = useState<SessionError>()

  // After mount, so that the server's render and the first of the client agree. What was
  // typed before the session came is worth more than an old draft; what was typed for
  // another session stays there.
  const writtenFor = useRef(pendingSession)
  useEffect(() => {
    const isOther = writtenFor.current !== pendingSession && writtenFor.current !== session
    writtenFor.current = session
    show((typed) => (isOther ? '' : typed) || session.getDraft())
  }, [session])
  useEffect(() => () => session.setTyping(false), [session])

  const setText = useCallback(
    (next: string) => {
      show(next)
      setRefusal(undefined)
      session.setDraft(next)
      session.setTyping(next.trim() !== '')
    },
    [session],
  )
  const canSend = text.trim() !== '' && !isViewer
  const send = useCallback(() => {
    if (!canSend) return false
    try {
      session.send(text)
    } catch (error) {
      if (!(error instanceof SessionError)) throw error
      setRefusal(error)
      return false
    }
    setText('')
    return true
  }, [session, text, canSend, setText])
  const stop = useCallback(() => session.cancel(), [session])

  return useMemo(
    () => ({ text, setText, send, stop, canSend, isWorking, refusal }),
    [text, setText, send, stop, canSend, isWorking, refusal],
  )
}
