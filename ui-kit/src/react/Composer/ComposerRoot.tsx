'use client'
/**
 * The form around a composer: it takes files that are pasted or dropped, when the application
 * brings them somewhere; without that it keeps a dropped file from replacing the page.
 */

import {
  type ClipboardEvent,
  type DragEvent,
  type ReactElement,
  useId,
  useMemo,
  useState,
} from 'react'
import { type ComposerOptions, useComposer } from '../hooks/useComposer.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { ComposerContext, type ComposerState, type SubmitOn } from './ComposerContext.ts'
import { pastedFiles } from './pastedFiles.ts'

export interface ComposerRootProps extends PartProps<'form', ComposerState>, ComposerOptions {
  /** `enter` (default): Enter sends, Shift+Enter breaks. `mod-enter`: the other way round, with Control or Command. */
  submitOn?: SubmitOn | undefined
}

export function ComposerRoot(props: ComposerRootProps): ReactElement {
  const { submitOn = 'enter', upload, ...rest } = props
  const composer = useComposer({ upload })
  const { send, addFiles, takesFiles } = composer
  const inputId = useId()
  const [dropping, setDropping] = useState(false)
  const view = useMemo(() => {
    const { text, canSend, isWorking, refusal, charactersLeft } = composer
    const state = {
      canSend,
      working: isWorking,
      refused: refusal !== undefined,
      near: charactersLeft * 10 < text.length,
      over: charactersLeft < 0,
      dropping,
    }
    return { ...composer, submitOn, inputId, state }
  }, [composer, submitOn, inputId, dropping])

  function onDragOver(event: DragEvent): void {
    if (!event.dataTransfer.types.includes('Files')) return
    event.preventDefault()
    event.dataTransfer.dropEffect = takesFiles ? 'copy' : 'none'
    setDropping(takesFiles)
  }

  return (
    <ComposerContext.Provider value={view}>
      {renderPart<'form', ComposerState>('form', 'sk-composer', rest, view.state, {
        onSubmit: (event) => {
          event.preventDefault()
          event.currentTarget.querySelector('textarea')?.focus()
          send()
        },
        onPaste(event: ClipboardEvent) {
          const files = pastedFiles(event.clipboardData)
          if (!takesFiles || files.length === 0) return
          event.preventDefault()
          addFiles(files)
        },
        onDragOver,
        onDragLeave(event) {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false)
        },
        onDrop(event) {
          setDropping(false)
          const { types, files } = event.dataTransfer
          if (!types.includes('Files')) return
          event.preventDefault()
          addFiles(files)
        },
      })}
    </ComposerContext.Provider>
  )
}
