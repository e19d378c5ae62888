'use client'
/**
 * One's own name: reads as text, edits in place. Enter or leaving takes it, Escape doesn't; Enter
 * leads on to where one writes.
 */

import { type KeyboardEvent, type ReactElement, useState } from 'react'
import { focusComposer } from './focusComposer'
import { PencilIcon } from './icons'
import { NAME_LENGTH } from './useStoredName'

export interface NameFieldProps {
  /** undefined until it is known */
  name: string | undefined
  onRename(name: string): void
}

export function NameField({ name, onRename }: NameFieldProps): ReactElement {
  const [draft, setDraft] = useState<string>()

  function take(): void {
    const next = draft?.trim()
    setDraft(undefined)
    if (next && next !== name) onRename(next)
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') setDraft(undefined)
    if (event.key !== 'Enter') return
    // Else the field that gets the focus gets the key, too.
    event.preventDefault()
    focusComposer()
  }

  return (
    <label className="name">
      <span>You are</span>
      <input
        aria-label="Your name"
        autoComplete="nickname"
        spellCheck={false}
        dir="auto"
        maxLength={NAME_LENGTH}
        size={Math.max(4, (draft ?? name ?? '').length)}
        disabled={name === undefined}
        value={draft ?? name ?? ''}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={onKeyDown}
      />
      <PencilIcon />
    </label>
  )
}
