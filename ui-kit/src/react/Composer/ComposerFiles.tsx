'use client'
/** The files that go with the message, on their way and ready, and the button that adds them. */

import { type ReactElement, useId } from 'react'
import type { Attachment } from '../hooks/createAttachments.ts'
import { useWords } from '../hooks/useWords.ts'
import { describeFile } from '../Part/describeFile.ts'
import { AttachIcon, FileIcon, RemoveIcon, RetryIcon } from '../Part/icons.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { type ComposerState, type ComposerView, useComposerView } from './ComposerContext.ts'

/** The files of this message; there while there are any. */
export function ComposerFiles(props: PartProps<'ul', ComposerState>): ReactElement | null {
  const { files, state, retryFile, removeFile, input } = useComposerView()
  const { strings } = useWords()
  if (files.length === 0) return null
  return renderPart<'ul', ComposerState>('ul', 'sk-composer-files', props, state, {
    'aria-label': strings.files,
    children: files.map((file) => (
      <ComposerFile key={file.id} {...{ file, retryFile, removeFile, input }} />
    )),
  })
}

interface ComposerFileProps extends Pick<ComposerView, 'retryFile' | 'removeFile' | 'input'> {
  file: Attachment
}

function ComposerFile({ file, retryFile, removeFile, input }: ComposerFileProps): ReactElement {
  const { strings, locale } = useWords()
  const { name, type, size } = file.file
  // The button that had the focus goes away.
  const focusInput = () => input.get()?.focus()
  const note = {
    uploading: () => strings.fileUploading,
    failed: () => strings.fileFailed(file.state === 'failed' && file.error),
    ready: () => describeFile({ name, mediaType: type, size }, locale),
  }[file.state]()
  return (
    <li className="sk-composer-file" data-state={file.state}>
      <FileIcon />
      {/* Said once when it is there or has failed; the share is for the eyes. */}
      <span className="sk-file-words" role="status">
        <span className="sk-file-name" dir="auto">
          {name}
        </span>
        <span className="sk-card-note">{note}</span>
      </span>
      {file.state === 'uploading' && (
        <progress aria-label={`${strings.fileUploading}: ${name}`} value={file.share} />
      )}
      {file.state === 'failed' && (
        <button
          type="button"
          className="sk-icon-button"
          aria-label={`${strings.retry}: ${name}`}
          onClick={() => {
            focusInput()
            retryFile(file.id)
          }}
        >
          <RetryIcon />
        </button>
      )}
      <button
        type="button"
        className="sk-icon-button"
        aria-label={strings.removeFile(name)}
        onClick={() => {
          focusInput()
          removeFile(file.id)
        }}
      >
        <RemoveIcon />
      </button>
    </li>
  )
}

export interface ComposerAttachProps extends PartProps<'button', ComposerState> {
  /** What the dialogue offers, as an `<input type="file">` takes it; anything unless given. */
  accept?: string | undefined
}

/** Opens the dialogue of the system; there where files are taken. */
export function ComposerAttach({ accept, ...props }: ComposerAttachProps): ReactElement | null {
  const { state, takesFiles, addFiles, input } = useComposerView()
  const { strings } = useWords()
  const dialogue = useId()
  if (!takesFiles) return null
  return (
    <>
      {renderPart<'button', ComposerState>('button', 'sk-composer-attach', props, state, {
        type: 'button',
        'aria-label': strings.attach,
        onClick: () => document.getElementById(dialogue)?.click(),
        children: <AttachIcon />,
      })}
      <input
        id={dialogue}
        type="file"
        multiple
        hidden
        accept={accept}
        onChange={({ currentTarget }) => {
          addFiles(currentTarget.files ?? [])
          // The same file may be chosen again.
          currentTarget.value = ''
          input.get()?.focus()
        }}
      />
    </>
  )
}
