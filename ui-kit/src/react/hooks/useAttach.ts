'use client'
/** What can be done with the files of a message; it renders nothing while one types. */

import { useMemo } from 'react'
import { SessionError, type SessionState } from '../../session/Session.ts'
import { attachmentsOf, MAX_FILES, type Upload } from './createAttachments.ts'
import { isPending } from './pendingSession.ts'
import { useSession } from './useSession.ts'
import { useSessionState } from './useSessionState.ts'

export interface Attach {
  /** whether files are taken: the application brings them somewhere, and this person may write */
  takesFiles: boolean
  /** Begins to upload them. At most 31 go with one message; `refusal` says so. */
  addFiles(files: Iterable<File>): void
  retryFile(id: number): void
  removeFile(id: number): void
}

export const selectIsViewer = (state: SessionState) => state.you?.role === 'viewer'

export function useAttach(upload: Upload | undefined): Attach {
  const session = useSession()
  const isViewer = useSessionState(selectIsViewer)
  return useMemo(() => {
    const held = attachmentsOf(session)
    const takesFiles = upload !== undefined && !isViewer && !isPending(session)
    return {
      takesFiles,
      addFiles(added: Iterable<File>) {
        const list = [...added]
        if (!takesFiles || list.length === 0) return
        held.refuse(held.get().length + list.length > MAX_FILES ? tooManyFiles() : undefined)
        held.add(list, upload)
      },
      retryFile(id: number) {
        held.refuse(undefined)
        if (upload) held.retry(id, upload)
      },
      removeFile(id: number) {
        held.refuse(undefined)
        held.remove(id)
      },
    }
  }, [session, isViewer, upload])
}

const tooManyFiles = () =>
  new SessionError('too_many_files', `one message takes ${MAX_FILES} files; send the others apart`)
