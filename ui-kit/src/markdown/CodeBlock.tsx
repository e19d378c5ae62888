'use client'
/** A block of code with its language, a button that copies it, and room for a highlighter. */
import type { ReactNode } from 'react'
import { CopyButton } from './CopyButton.tsx'
import type { MarkdownStrings } from './MarkdownOptions.ts'
import { useOverflow } from './useOverflow.ts'

export interface CodeBlockProps {
  code: string
  /** As written in the text; empty when it names none. */
  language: string
  strings: MarkdownStrings
  /** The code as it is shown: plain, or highlighted. */
  children: ReactNode
}

export function CodeBlock({ code, language, strings, children }: CodeBlockProps) {
  const [ref, overflows] = useOverflow<HTMLPreElement>()
  const region = overflows
    ? { tabIndex: 0, role: 'group', 'aria-label': strings.code(language) }
    : {}
  return (
    <div className="sk-md-block" dir="ltr" data-language={language || undefined}>
      <div className="sk-md-block-head">
        <span className="sk-md-language">{language}</span>
        <CopyButton text={code} strings={strings} />
      </div>
      <pre ref={ref} {...region}>
        <code>{children}</code>
      </pre>
    </div>
  )
}
