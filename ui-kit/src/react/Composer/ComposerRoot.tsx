'use client'
/**
 * The form around a composer: it takes files that are pasted or dropped, when the application
 * brings them somewhere; without that it keeps a dropped file from replacing the page.
 */

import { type ClipboardEvent, type ReactElement, useCallback, useMemo, useState } from 'react'
import { type ComposerOptions, useComposer } from '../hooks/useComposer.ts'
import { createHolder } from '../Part/createHolder.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useLinks } from '../Part/useLinks.ts'
import { useMergedRef } from '../Part/useMergedRef.ts'
import { ComposerContext, type ComposerState, LINKED, type SubmitOn } from './ComposerContext.ts'
import { pastedFiles } from './pastedFiles.ts'
import { useFileDrop } from './useFileDrop.ts'

export interface ComposerRootProps extends PartProps<'form', ComposerState>, ComposerOptions {
  /** `enter` (default): Enter sends, Shift+Enter breaks. `mod-enter`: the other way round, with Control or Command. */
  submitOn?: SubmitOn | undefined
}

export function ComposerRoot(props: ComposerRootProps): ReactElement {
  const { submitOn = 'enter', upload, ref, ...rest } = props
  const composer = useComposer({ upload })
  const { send, addFiles, takesFiles } = composer
  const links = useLinks(LINKED)
  const [form] = useState(createHolder<HTMLFormElement>)
  const [input] = useState(createHolder<HTMLTextAreaElement>)
  const { dropping, handlers } = useFileDrop(composer)
  // Enter goes the way of the button, past the application's `onSubmit`; a root that is no form has none.
  const submit = useCallback(() => {
    const element = form.get()
    if (element?.requestSubmit) element.requestSubmit()
    else send()
  }, [form, send])
  const view = useMemo(() => {
    const { text, mayWrite, canSend, isWorking, refusal, charactersLeft } = composer
    const state = {
      canSend,
      working: isWorking,
      readOnly: !mayWrite,
      refused: refusal !== undefined,
      near: charactersLeft * 10 < text.length,
      over: charactersLeft < 0,
      dropping,
    }
    return { ...composer, submitOn, submit, input, links, state }
  }, [composer, submitOn, submit, input, links, dropping])

  return (
    <ComposerContext.Provider value={view}>
      {renderPart<'form', ComposerState>('form', 'sk-composer', rest, view.state, {
        ref: useMergedRef(form.ref, ref),
        onSubmit: (event) => {
          event.preventDefault()
          input.get()?.focus()
          send()
        },
        onPaste(event: ClipboardEvent) {
          const files = pastedFiles(event.clipboardData)
          if (!takesFiles || files.length === 0) return
          event.preventDefault()
          addFiles(files)
        },
        ...handlers,
      })}
    </ComposerContext.Provider>
  )
}
