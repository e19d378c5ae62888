'use client'
/**
 * The parts of the composer. Enter sends, except while an input method is composing; the
 * text leaves the field only when the session took it, and the focus stays there.
 */

import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react'
import { useWords } from '../hooks/useWords.ts'
import { SendIcon, StopIcon } from '../Part/icons.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useBeforePaint } from '../Part/useBeforePaint.ts'
import { useLinked } from '../Part/useLinks.ts'
import { useMergedRef } from '../Part/useMergedRef.ts'
import { type ComposerState, useComposerView } from './ComposerContext.ts'
import { createCompositionGuard } from './createCompositionGuard.ts'

/** The name of the field, for who hears the page. */
export function ComposerLabel(props: PartProps<'label'>): ReactElement {
  const { links } = useComposerView()
  const { strings } = useWords()
  return renderPart(
    'label',
    'sk-hidden',
    props,
    {},
    {
      htmlFor: links.to('input'),
      children: strings.composerLabel,
    },
  )
}

/** The field: it grows with its text, and an input method may finish before Enter sends. */
export function ComposerInput(props: PartProps<'textarea', ComposerState>): ReactElement {
  const { ref, ...rest } = props
  const { text, setText, submit, submitOn, input, links, state } = useComposerView()
  const { strings } = useWords()
  const [guard] = useState(createCompositionGuard)
  const id = useLinked(links, 'input', props.id)
  useBeforePaint(() => fit(input.get(), text), [input, text])

  // Typed into the server's page before it came alive; the next render would wipe it.
  const [first] = useState({ text, setText })
  const isRead = useRef(false)
  useEffect(() => {
    // Once: an Activity that shows it again may be about another session by then.
    if (isRead.current) return
    isRead.current = true
    const typed = input.get()?.value
    if (typed && typed !== first.text) first.setText(typed)
  }, [input, first])

  function onKeyDown(event: KeyboardEvent): void {
    // React's own event has neither the flag nor, for some browsers, the key code.
    const isComposing = guard.isComposing(event.nativeEvent)
    if (event.key !== 'Enter' || isComposing || event.altKey) return
    const hasMod = event.ctrlKey || event.metaKey
    const sends = submitOn === 'enter' ? !event.shiftKey && !hasMod : hasMod
    if (!sends) return
    event.preventDefault()
    submit()
  }

  const described = [links.to('hint'), state.near && links.to('limit')].filter(Boolean).join(' ')
  return renderPart<'textarea', ComposerState>('textarea', 'sk-composer-input', rest, state, {
    ref: useMergedRef(input.ref, ref),
    id,
    'aria-describedby': described || undefined,
    'aria-invalid': state.refused || state.over || undefined,
    readOnly: state.readOnly,
    placeholder: state.readOnly ? strings.composerReadOnly : strings.composerPlaceholder,
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
  if (!input || globalThis.CSS?.supports('field-sizing', 'content')) return
  input.style.blockSize = 'auto'
  if (text)
    input.style.blockSize = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`
}

/** Sends what is written; disabled while there is nothing that could be sent. */
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
  const { state, stop, input } = useComposerView()
  const { strings } = useWords()
  if (!state.working) return null
  return renderPart<'button', ComposerState>('button', 'sk-composer-stop', props, state, {
    type: 'button',
    'aria-label': strings.stop,
    onClick: () => {
      // The button goes away with its reason; the focus stays in the composer.
      input.get()?.focus()
      stop()
    },
    children: <StopIcon />,
  })
}

/** How to send, for who hears the field described. */
export function ComposerHint(props: PartProps<'p'>): ReactElement {
  const { links, submitOn, state } = useComposerView()
  const { strings } = useWords()
  return renderPart(
    'p',
    'sk-hidden',
    props,
    {},
    {
      id: useLinked(links, 'hint', props.id),
      children: state.readOnly ? strings.composerReadOnly : strings.composerHint(submitOn),
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

/** How much still fits, when little does: in numbers for the eyes, spoken once. */
export function ComposerLimit(props: PartProps<'p', ComposerState>): ReactElement {
  const { links, charactersLeft, state } = useComposerView()
  const { strings } = useWords()
  const id = useLinked(links, 'limit', undefined)
  return renderPart<'p', ComposerState>('p', 'sk-composer-limit', props, state, {
    children: (
      <>
        {state.near && <span id={id}>{strings.charactersLeft(charactersLeft)}</span>}
        <span className="sk-hidden" role="status">
          {state.near && strings.limit(state.over)}
        </span>
      </>
    ),
  })
}
