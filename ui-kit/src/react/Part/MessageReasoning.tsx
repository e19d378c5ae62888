'use client'
/** What an agent thought on its way: closed, with its length, which is known at its end. */

import { type ReactElement, useMemo } from 'react'
import type { ReasoningPart } from '../../protocol/index.ts'
import { useWords } from '../hooks/useWords.ts'
import { Dots } from './icons.tsx'
import { type PartProps, renderPart } from './renderPart.ts'

export interface ReasoningState {
  /** more of it may come */
  streaming: boolean
}

export interface MessageReasoningProps extends Omit<PartProps<'details', ReasoningState>, 'part'> {
  part: ReasoningPart
  streaming?: boolean | undefined
}

export function MessageReasoning(props: MessageReasoningProps): ReactElement {
  const { part, streaming = false, ...rest } = props
  const { strings } = useWords()
  const words = useMemo(() => (streaming ? 0 : countWords(part.text)), [streaming, part.text])
  return renderPart<'details', ReasoningState>(
    'details',
    'sk-reasoning',
    rest,
    { streaming },
    {
      children: (
        <>
          <summary>
            <span>{strings.reasoning}</span>
            {streaming ? (
              <Dots />
            ) : (
              <span className="sk-card-note">{strings.reasoningLength(words)}</span>
            )}
          </summary>
          <div className="sk-text" dir="auto">
            {part.text}
          </div>
        </>
      ),
    },
  )
}

/** Scripts without spaces have a word, nearly, for each sign. */
const countWords = (text: string): number =>
  text.match(/[\p{Script=Han}\p{Script=Kana}\p{Script=Hira}]|[\p{L}\p{N}]+/gu)?.length ?? 0
