'use client'
/** How parts look unless an application says otherwise: text as text, values as JSON. */

import type { ReactElement } from 'react'
import type { DataPart, FilePart, Part, ToolPart } from '../../protocol/index.ts'
import { useWords } from '../hooks/useWords.ts'
import { ToolIcon } from '../Part/icons.tsx'
import type { PartRenderers } from './PartRenderers.ts'

export const defaultRenderers: Required<PartRenderers> = {
  text: ({ part }) => (
    <div className="sk-text" dir="auto">
      {part.text}
    </div>
  ),
  reasoning: ({ part }) => <Reasoning text={part.text} />,
  tool: ({ part }) => <Tool part={part} />,
  file: ({ part }) => <File part={part} />,
  data: ({ part }) => <Data part={part} />,
  unknown: ({ part }) => <Unknown part={part} />,
}

function Reasoning({ text }: { text: string }): ReactElement {
  const { strings } = useWords()
  return (
    <details className="sk-reasoning">
      <summary>
        <span>{strings.reasoning}</span>
      </summary>
      <div className="sk-text" dir="auto">
        {text}
      </div>
    </details>
  )
}

function Tool({ part }: { part: ToolPart }): ReactElement {
  const { strings } = useWords()
  return (
    <details className="sk-card sk-tool" data-state={part.state}>
      <summary>
        <ToolIcon state={part.state} />
        <code>{part.name}</code>
        <span className="sk-card-note">{strings.toolState(part.state)}</span>
      </summary>
      {part.error !== undefined && <p className="sk-card-error">{part.error}</p>}
      {part.input !== undefined && <Value label={strings.toolInput} value={part.input} />}
      {part.output !== undefined && <Value label={strings.toolOutput} value={part.output} />}
    </details>
  )
}

function File({ part }: { part: FilePart }): ReactElement {
  const { strings, locale } = useWords()
  return (
    <div className="sk-card sk-file">
      <span dir="auto">{part.name ?? strings.file}</span>
      <span className="sk-card-note">
        {part.mediaType}
        {part.size !== undefined && ` · ${formatBytes(part.size, locale)}`}
      </span>
    </div>
  )
}

function Data({ part }: { part: DataPart }): ReactElement {
  const { strings } = useWords()
  return (
    <details className="sk-card">
      <summary>
        <code>{part.name}</code>
      </summary>
      <Value label={strings.details} value={part.value} />
    </details>
  )
}

function Unknown({ part }: { part: Part }): ReactElement {
  const { strings } = useWords()
  return (
    <details className="sk-card">
      <summary>
        <span>{strings.unknownPart(String(part.type))}</span>
      </summary>
      <Value label={strings.details} value={part} />
    </details>
  )
}

function Value({ label, value }: { label: string; value: unknown }): ReactElement {
  return (
    <figure className="sk-value">
      <figcaption>{label}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>
    </figure>
  )
}

function formatBytes(bytes: number, locale: string | undefined): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power] as string,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1_000 ** power)
}
