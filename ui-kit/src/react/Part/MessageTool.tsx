'use client'
/** A tool at work: its name, how far it is, and behind a quiet disclosure what went in and out. */

import type { ReactElement } from 'react'
import type { ToolPart } from '../../protocol/index.ts'
import { useWords } from '../hooks/useWords.ts'
import { ToolIcon } from './icons.tsx'
import { type PartProps, renderPart } from './renderPart.ts'
import { Value } from './Value.tsx'

export type ToolState = Pick<ToolPart, 'state'>

export interface MessageToolProps extends Omit<PartProps<'details', ToolState>, 'part'> {
  part: ToolPart
}

export function MessageTool({ part, ...props }: MessageToolProps): ReactElement {
  const { strings } = useWords()
  const { state, name, error, input, output } = part
  return renderPart<'details', ToolState>(
    'details',
    'sk-card sk-tool',
    props,
    { state },
    {
      children: (
        <>
          <summary>
            <ToolIcon state={state} />
            <code>{name}</code>
            <span className="sk-card-note">{strings.toolState(state)}</span>
          </summary>
          {error !== undefined && (
            <p className="sk-card-error" dir="auto">
              {error}
            </p>
          )}
          {input !== undefined && <Value label={strings.toolInput} value={input} />}
          {output !== undefined && <Value label={strings.toolOutput} value={output} />}
        </>
      ),
    },
  )
}
