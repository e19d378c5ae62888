'use client'
/** A value that the application doesn't show in a way of its own, and a part that nobody knows. */

import type { ReactElement } from 'react'
import type { DataPart, Part } from '../../protocol/index.ts'
import { useWords } from '../hooks/useWords.ts'
import { type PartProps, renderPart } from './renderPart.ts'
import { Value } from './Value.tsx'

export interface MessageDataProps extends Omit<PartProps<'details'>, 'part'> {
  part: DataPart | Part
}

export function MessageData({ part, ...props }: MessageDataProps): ReactElement {
  const { strings } = useWords()
  const isData = part.type === 'data'
  return renderPart(
    'details',
    'sk-card',
    props,
    {},
    {
      children: (
        <>
          <summary>
            {isData ? (
              <code>{part.name}</code>
            ) : (
              <span>{strings.unknownPart(String(part.type))}</span>
            )}
          </summary>
          <Value label={strings.details} value={isData ? part.value : part} />
        </>
      ),
    },
  )
}
