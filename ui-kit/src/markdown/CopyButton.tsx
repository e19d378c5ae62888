'use client'
/** Copies a text and says so, in the button for the eye and in a polite region for the ear. */
import { useEffect, useState } from 'react'
import type { MarkdownStrings } from './MarkdownOptions.ts'

type CopyState = 'idle' | 'copied' | 'failed'

const confirmationMs = 2_000

export function CopyButton({ text, strings }: { text: string; strings: MarkdownStrings }) {
  const [state, setState] = useState<CopyState>('idle')
  useEffect(() => {
    if (state === 'idle') return undefined
    const timer = setTimeout(() => setState('idle'), confirmationMs)
    return () => clearTimeout(timer)
  }, [state])

  const said = { idle: '', copied: strings.copied, failed: strings.copyFailed }[state]
  return (
    <>
      <button
        type="button"
        className="sk-md-copy"
        data-state={state}
        onClick={async () => setState(await copy(text))}
      >
        {said || strings.copy}
      </button>
      <span className="sk-md-said" role="status">
        {said}
      </span>
    </>
  )
}

/** Pages without TLS have no clipboard, and a browser may refuse it: both are a failure to tell. */
async function copy(text: string): Promise<CopyState> {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    return 'failed'
  }
}
