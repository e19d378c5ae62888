'use client'
/**
 * What is being written: a draft that survives reload and remount, files on their way, and the
 * room that is left. Both leave the field only when the session took them.
 */

import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { UserPart } from '../../protocol/index.ts'
import { type Session, SessionError, type SessionState } from '../../session/Session.ts'
import { type Attachment, attachmentsOf, MAX_FILES, type Upload } from './createAttachments.ts'
import { isPending, pendingSession } from './pendingSession.ts'
import { useSession } from './useSession.ts'
import { selectIsWorking, useSessionState } from './useSessionState.ts'

export interface ComposerOptions {
  /** Without it no files are taken. */
  upload?: Upload | undefined
}

export interface ComposerApi {
  text: string
  setText(text: string): void
  files: readonly Attachment[]
  /** whether files are taken: the application brings them somewhere, and this person may write */
  takesFiles: boolean
  /** Begins to upload them. At most 31 go with one message; `refusal` says so. */
  addFiles(files: Iterable<File>): void
  retryFile(id: number): void
  removeFile(id: number): void
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

const selectIsViewer = (state: SessionState) => state.you?.role === 'viewer'
const selectHasEnded = (state: SessionState) => state.connection.phase === 'ended'
const noFiles: readonly Attachment[] = []

export function useComposer({ upload }: ComposerOptions = {}): ComposerApi {
  const session = useSession()
  const isViewer = useSessionState(selectIsViewer)
  const isWorking = useSessionState(selectIsWorking)
  const hasEnded = useSessionState(selectHasEnded)
  const [text, show] = useState('')
  const [refusal, setRefusal] = useState<SessionError>()
  const held = attachmentsOf(session)
  const files = useSyncExternalStore(held.subscribe, held.get, () => noFiles)

  // After mount, so that the server's render and the first of the client agree. What was
  // typed before the session came is worth more than an old draft; what was typed for
  // another session stays there.
  const shownFor = useRef(pendingSession)
  const typedEarly = useRef('')
  useEffect(() => {
    if (shownFor.current === session) return
    shownFor.current = session
    if (typedEarly.current) session.setDraft(typedEarly.current)
    else show(session.getDraft())
    typedEarly.current = ''
    setRefusal(undefined)
  }, [session])
  useEffect(() => () => session.setTyping(false), [session])

  // Only a log-out wipes the draft behind the composer's back.
  useEffect(() => {
    if (!hasEnded || text === '' || session.getDraft() !== '') return
    show('')
    held.clear()
  }, [hasEnded, text, session, held])

  const setText = useCallback(
    (next: string) => {
      if (isPending(session)) typedEarly.current = next
      show(next)
      setRefusal(undefined)
      session.setDraft(next)
      session.setTyping(next.trim() !== '')
    },
    [session],
  )

  const isEmpty = text.trim() === '' && files.length === 0
  const isReady = files.every((file) => file.state === 'ready')
  const charactersLeft = useSessionState(
    useCallback(() => charactersLeftIn(session, text, files), [session, text, files]),
  )
  const canSend = !isEmpty && !isViewer && isReady && charactersLeft >= 0
  const send = useCallback(() => {
    if (isEmpty || isViewer) return false
    if (!isReady) {
      setRefusal(notReady(files))
      return false
    }
    const parts = partsOf(text, files)
    try {
      session.send({ parts })
    } catch (error) {
      if (!(error instanceof SessionError)) throw error
      setRefusal(error)
      return false
    }
    held.clear()
    setText('')
    return true
  }, [session, text, files, held, isEmpty, isViewer, isReady, setText])
  const stop = useCallback(() => session.cancel(), [session])

  const takesFiles = upload !== undefined && !isViewer && !isPending(session)
  const attach = useMemo(
    () => ({
      addFiles(added: Iterable<File>) {
        const list = [...added]
        if (!takesFiles || list.length === 0) return
        setRefusal(held.get().length + list.length > MAX_FILES ? tooManyFiles() : undefined)
        held.add(list, upload)
      },
      retryFile(id: number) {
        setRefusal(undefined)
        if (upload) held.retry(id, upload)
      },
      removeFile(id: number) {
        setRefusal(undefined)
        held.remove(id)
      },
    }),
    [held, upload, takesFiles],
  )

  return useMemo(() => {
    const actions = { setText, ...attach, send, stop }
    const state = { text, files, takesFiles, canSend, charactersLeft, isWorking, refusal }
    return { ...state, ...actions }
  }, [
    text,
    setText,
    files,
    takesFiles,
    attach,
    send,
    stop,
    canSend,
    charactersLeft,
    isWorking,
    refusal,
  ])
}

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

function notReady(files: readonly Attachment[]): SessionError {
  return files.some(({ state }) => state === 'failed')
    ? new SessionError('upload_failed', 'a file could not be uploaded; retry or remove it')
    : new SessionError('uploading', 'a file is still being uploaded; send when it is ready')
}

const tooManyFiles = () =>
  new SessionError('too_many_files', `one message takes ${MAX_FILES} files; send the others apart`)
