'use client'
/**
 * The parts of the composer. Enter sends, except while an input method is composing; the
 * text leaves the field only when the session took it, and the focus stays there.
 */

import {
  createContext,
  type KeyboardEvent,
  type ReactElement,
  useContext,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import { SessionError } from '../../session/Session.ts'
import { type ComposerApi, useComposer } from '../hooks/useComposer.ts'
import { useWords } from '../hooks/useWords.ts'
import { SendIcon, StopIcon } from '../Part/icons.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useBeforePaint } from '../Part/useBeforePaint.ts'
import { useMergedRef } from '../Part/useMergedRef.ts'
import { createCompositionGuard } from './createCompositionGuard.ts'

export type SubmitOn = 'enter' | 'mod-enter'

export interface ComposerState {
  canSend: boolean
  working: boolean
  refused: boolean
}

interface ComposerView extends ComposerApi {
  submitOn: SubmitOn
  inputId: string
  state: ComposerState
}

const ComposerContext = createContext<ComposerView | undefined>(undefined)

/** @throws SessionError `no_root` */
function useComposerView(): ComposerView {
  const view = useContext(ComposerContext)
  if (view) return view
  throw new SessionError(
    'no_root',
    'a part of the composer stands outside of its root. Wrap it: <ComposerRoot><ComposerInput /></ComposerRoot>',
  )
}

export interface ComposerRootProps extends PartProps<'form', ComposerState> {
  /** `enter` (default): Enter sends, Shift+Enter breaks. `mod-enter`: the other way round, with Control or Command. */
  submitOn?: SubmitOn | undefined
}

export function ComposerRoot({ submitOn = 'enter', ...props }: ComposerRootProps): ReactElement {
  const composer = useComposer()
  const inputId = useId()
  const view = useMemo(() => {
    const { canSend, isWorking, refusal } = composer
    const state = { canSend, working: isWorking, refused: refusal !== undefined }
    return { ...composer, submitOn, inputId, state }
  }, [composer, submitOn, inputId])
  return (
    <ComposerContext.Provider value={view}>
      {renderPart<'form', ComposerState>('form', 'sk-composer', props, view.state, {
        onSubmit: (event) => {
          event.preventDefault()
          event.currentTarget.querySelector('textarea')?.focus()
          composer.send()
        },
      })}
    </ComposerContext.Provider>
  )
}

export function ComposerLabel(props: PartProps<'label'>): ReactElement {
  const { inputId } = useComposerView()
  const { strings } = useWords()
  return renderPart(
    'label',
    'sk-hidden',
    props,
    {},
    {
      htmlFor: inputId,
      children: strings.composerLabel,
    },
  )
}

export function ComposerInput(props: PartProps<'textarea', ComposerState>): ReactElement {
  const { ref, ...rest } = props
  const { text, setText, send, submitOn, inputId, state } = useComposerView()
  const { strings } = useWords()
  const [guard] = useState(createCompositionGuard)
  const input = useRef<HTMLTextAreaElement>(null)
  useBeforePaint(() => fit(input.current, text), [text])

  function onKeyDown(event: KeyboardEvent): void {
    // React's own event has neither the flag nor, for some browsers, the key code.
    const isComposing = guard.isComposing(event.nativeEvent)
    if (event.key !== 'Enter' || isComposing || event.altKey) return
    const hasMod = event.ctrlKey || event.metaKey
    const sends = submitOn === 'enter' ? !event.shiftKey && !hasMod : hasMod
    if (!sends) return
    event.preventDefault()
    send()
  }

  return renderPart<'textarea', ComposerState>('textarea', 'sk-composer-input', rest, state, {
    ref: useMergedRef(input, ref),
    id: inputId,
    'aria-describedby': `${inputId}-hint`,
    'aria-invalid': state.refused || undefined,
    placeholder: strings.composerPlaceholder,
    rows: 1,
    dir: 'auto',
    enterKeyHint: submitOn === 'enter' ? 'send' : 'enter',
    value: text,
    onChange: (event) => setText(event.currentTarget.value),
    onKeyDown,
    onFocus: guard.reset,
    onCompositionStart: guard.start,
    onCompositionEnd: guard.end,
  })
}

/** CSS lets the field grow (`field-sizing`); where it can't, this does. */
function fit(input: HTMLTextAreaElement | null, text: string): void {
  if (!input || CSS.supports('field-sizing', 'content')) return
  input.style.blockSize = 'auto'
  if (text)
    input.style.blockSize = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`
}

export function ComposerSend(props: PartProps<'button', ComposerState>): ReactElement {
  const { state } = useComposerView()
  const { strings } = useWords()
  return renderPart<'button', ComposerState>('button', 'sk-composer-send', props, state, {
    type: 'submit',
    disabled: !state.canSend,
    'aria-label': strings.send,
    children: <SendIcon />,
  })
}

/** Stops the answer; there while the agent works. */
export function ComposerStop(props: PartProps<'button', ComposerState>): ReactElement | null {
  const { state, stop, inputId } = useComposerView()
  const { strings } = useWords()
  if (!state.working) return null
  return renderPart<'button', ComposerState>('button', 'sk-composer-stop', props, state, {
    type: 'button',
    'aria-label': strings.stop,
    onClick: () => {
      // The button goes away with its reason; the focus stays in the composer.
      document.getElementById(inputId)?.focus()
      stop()
    },
    children: <StopIcon />,
  })
}

/** How to send, for who hears the field described. */
export function ComposerHint(props: PartProps<'p'>): ReactElement {
  const { inputId, submitOn } = useComposerView()
  const { strings } = useWords()
  return renderPart(
    'p',
    'sk-hidden',
    props,
    {},
    {
      id: `${inputId}-hint`,
      children: strings.composerHint(submitOn),
    },
  )
}

/** Why the text is still in the field. */
export function ComposerRefusal(props: PartProps<'p'>): ReactElement | null {
  const { refusal } = useComposerView()
  const { strings } = useWords()
  if (!refusal) return null
  return renderPart(
    'p',
    'sk-composer-refusal',
    props,
    {},
    {
      role: 'alert',
      children: strings.refused(refusal.code),
    },
  )
}
