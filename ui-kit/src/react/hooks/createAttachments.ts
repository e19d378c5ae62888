/**
 * The files of a message that is being written: each is uploaded by the application while the
 * person goes on writing, and waits here to be sent with the text.
 *
 * They belong to a session, not to a component: leaving the page of a session and coming back
 * loses none, and all who write one message see the same, also why it wasn't taken. Knows no
 * React and no network.
 */

import type { FilePart } from '../../protocol/index.ts'
import type { Session, SessionError } from '../../session/Session.ts'
import { tell } from '../../session/tell.ts'

export interface UploadJob {
  /** aborted when the person takes the file away */
  signal: AbortSignal
  /** @param share from 0 to 1 */
  onProgress(share: number): void
}

/**
 * Brings a file to where the others can fetch it, and tells where that is. What it doesn't tell
 * of name, size and media type is taken from the file. Rejects when it can't.
 */
export type Upload = (
  file: File,
  job: UploadJob,
) => Promise<Pick<FilePart, 'url'> & Partial<FilePart>>

type Progress =
  /** `share` from 0 to 1, when the application tells it */
  | { state: 'uploading'; share?: number }
  | { state: 'ready'; part: FilePart }
  | { state: 'failed'; error: unknown }

export type Attachment = { id: number; file: File } & Progress

export interface Attachments {
  get(): readonly Attachment[]
  /** why the message, or one file more, was refused; until the next change */
  getRefusal(): SessionError | undefined
  refuse(error: SessionError | undefined): void
  subscribe(listener: () => void): () => void
  add(files: readonly File[], upload: Upload): void
  retry(id: number, upload: Upload): void
  remove(id: number): void
  clear(): void
}

/** A message has at most 32 parts, and one of them is the text. */
export const MAX_FILES = 31

const attachments = new WeakMap<Session, Attachments>()

export function attachmentsOf(session: Session): Attachments {
  const known = attachments.get(session) ?? createAttachments(() => session.setTyping(false))
  attachments.set(session, known)
  return known
}

/** @param onLeft the last one of those who write the message has gone */
export function createAttachments(onLeft = () => {}): Attachments {
  let list: readonly Attachment[] = []
  let refusal: SessionError | undefined
  let lastId = 0
  const jobs = new Map<number, AbortController>()
  const listeners = new Set<() => void>()

  function show(next: readonly Attachment[]): void {
    list = next
    tell(listeners)
  }

  function start(id: number, file: File, upload: Upload): void {
    const job = new AbortController()
    jobs.set(id, job)
    const put = (progress: Progress) => {
      // An upload that was taken away or begun again has nothing more to say.
      if (jobs.get(id) !== job) return
      if (progress.state !== 'uploading') jobs.delete(id)
      show(list.map((other) => (other.id === id ? { id, file, ...progress } : other)))
    }
    put({ state: 'uploading' })
    const { name, size, type } = file
    const mediaType = type || 'application/octet-stream'
    const onProgress = (share: number) => put({ state: 'uploading', share })
    // An upload that throws at once has failed like one that rejects.
    Promise.resolve()
      .then(() => upload(file, { signal: job.signal, onProgress }))
      .then(
        (told) => put({ state: 'ready', part: { mediaType, name, size, ...told, type: 'file' } }),
        (error: unknown) => put({ state: 'failed', error }),
      )
  }

  function end(id: number): void {
    jobs.get(id)?.abort()
    jobs.delete(id)
  }

  return {
    get: () => list,
    getRefusal: () => refusal,
    refuse(error) {
      if (refusal === error) return
      refusal = error
      tell(listeners)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) onLeft()
      }
    },
    add(files, upload) {
      const added = files.slice(0, MAX_FILES - list.length).map((file): Attachment => {
        lastId += 1
        return { id: lastId, file, state: 'uploading' }
      })
      show([...list, ...added])
      for (const { id, file } of added) start(id, file, upload)
    },
    retry(id, upload) {
      const failed = list.find((one) => one.id === id && one.state === 'failed')
      if (failed) start(id, failed.file, upload)
    },
    remove(id) {
      end(id)
      show(list.filter((other) => other.id !== id))
    },
    clear() {
      for (const { id } of list) end(id)
      if (list.length > 0) show([])
    },
  }
}
