'use client'
/**
 * What is being written: a draft that survives reload and remount, files on their way, and the
 * room that is left. Both leave the field only when the session took them.
 */

import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { UserPart } from '../../protocol/index.ts'
import { type Session, SessionError, type SessionState } from '../../session/Session.ts'
import { type Attachment, attachmentsOf, type Upload } from './createAttachments.ts'
import { type Attach, selectIsViewer, useAttach } from './useAttach.ts'
import { useSession } from './useSession.ts'
import { selectIsWorking, useSessionState } from './useSessionState.ts'

export interface ComposerOptions {
  /** Without it no files are taken. */
  upload?: Upload | undefined
}

export interface ComposerApi extends Attach {
  text: string
  setText(text: string): void
  /** false for a viewer, who may read only */
  mayWrite: boolean
  files: readonly Attachment[]
  /** Send what is written. @returns whether the session took it; else `refusal` says why */
  send(): boolean
  stop(): void
  /** there is something to send, all of it is ready, and it fits */
  canSend: boolean
  /** how many characters still fit; a good guess, and below 0 exactly when it is too much */
  charactersLeft: number
  /** the agent is at work and within reach, so there is something to stop */
  isWorking: boolean
  /** why the last send was refused; gone with the next change */
  refusal: SessionError | undefined
}

const noFiles: readonly Attachment[] = []
const nothingHere = () => ''
const noRefusal = () => undefined

/**
 * Text, files and refusal belong to the session: whoever calls this in its provider writes the
 * same message, be it the field, a row of suggestions or a button with emoji.
 */
export function useComposer({ upload }: ComposerOptions = {}): ComposerApi {
  const session = useSession()
  const isViewer = useSessionState(selectIsViewer)
  const isWorking = useSessionState(selectIsWorking)
  const held = attachmentsOf(session)
  const files = useSyncExternalStore(held.subscribe, held.get, () => noFiles)
  const refusal = useSyncExternalStore(held.subscribe, held.getRefusal, noRefusal)
  const text = useSyncExternalStore(session.subscribeDraft, session.getDraft, nothingHere)
  const attach = useAttach(upload)

  // A log-out wipes the draft; what was to go with it goes, too.
  useEffect(
    () =>
      session.store.subscribe((state, before) => {
        if (isLoggedOut(state) && !isLoggedOut(before)) held.clear()
      }),
    [session, held],
  )

  const setText = useCallback(
    (next: string) => {
      held.refuse(undefined)
      session.setDraft(next)
      session.setTyping(next.trim() !== '')
    },
    [session, held],
  )

  const isReady = files.every(({ state }) => state === 'ready')
  const charactersLeft = useSessionState(
    useCallback(() => charactersLeftIn(session, text, files), [session, text, files]),
  )
  const canSend = !isEmpty(text, files) && !isViewer && isReady && charactersLeft >= 0
  // It reads what there is now: a button may set the text and send it at once.
  const send = useCallback(() => {
    const [now, list] = [session.getDraft(), held.get()]
    if (isEmpty(now, list)) return false
    if (isViewer || list.some(({ state }) => state !== 'ready')) {
      held.refuse(isViewer ? readsOnly() : notReady(list))
      return false
    }
    try {
      session.send({ parts: partsOf(now, list) })
    } catch (error) {
      if (!(error instanceof SessionError)) throw error
      held.refuse(error)
      return false
    }
    held.clear()
    setText('')
    return true
  }, [session, held, isViewer, setText])
  const stop = useCallback(() => session.cancel(), [session])

  return useMemo(() => {
    const actions = { setText, ...attach, send, stop }
    const mayWrite = !isViewer
    return { text, files, mayWrite, canSend, charactersLeft, isWorking, refusal, ...actions }
  }, [
    text,
    setText,
    files,
    isViewer,
    attach,
    send,
    stop,
    canSend,
    charactersLeft,
    isWorking,
    refusal,
  ])
}

/** Also who was never welcomed. */
const isLoggedOut = (state: SessionState): boolean => 'you' in state && !state.you

const isEmpty = (text: string, files: readonly Attachment[]): boolean =>
  text.trim() === '' && files.length === 0

function partsOf(text: string, files: readonly Attachment[]): UserPart[] {
  const parts = files.flatMap((file) => (file.state === 'ready' ? [file.part] : []))
  return text.trim() === '' ? parts : [{ type: 'text', text }, ...parts]
}

/** The session tells bytes, and people think in characters: as wide as those that are there. */
function charactersLeftIn(session: Session, text: string, files: readonly Attachment[]): number {
  const empty = session.bytesLeft({ parts: partsOf('', files) })
  const left = session.bytesLeft({ parts: partsOf(text, files) })
  const bytesEach = text === '' ? 1 : (empty - left) / text.length
  return Math.floor(left / Math.max(1, bytesEach))
}

const readsOnly = () => new SessionError('forbidden', 'a viewer reads and does not write')

function notReady(files: readonly Attachment[]): SessionError {
  return files.some(({ state }) => state === 'failed')
    ? new SessionError('upload_failed', 'a file could not be uploaded; retry or remove it')
    : new SessionError('uploading', 'a file is still being uploaded; send when it is ready')
}
