'use client'
/** Who is typing, or that the agent thinks; its height is kept free, so that it moves nothing. */

import type { ReactElement } from 'react'
import { useAnswering } from '../hooks/useAnswering.ts'
import { usePresence } from '../hooks/usePresence.ts'
import { selectAgent, selectIsWorking, useSessionState } from '../hooks/useSessionState.ts'
import { useWords } from '../hooks/useWords.ts'
import { Dots } from '../Part/icons.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'

export interface TypingState {
  active: boolean
}

/**
 * Who is typing, and that the agent thinks. What isn’t renewed fades after 6 s; its height is
 * kept free, so that nothing moves.
 */
export function TypingIndicator(props: PartProps<'div', TypingState>): ReactElement {
  const { strings } = useWords()
  const names = usePresence()
    .filter((person) => person.isTyping)
    .map((person) => person.name)
  const { detail } = useSessionState(selectAgent)
  const isWorking = useSessionState(selectIsWorking)
  // An answer that grows shows by itself that the agent works.
  const isAnswering = useAnswering()
  const words = [
    isWorking && !isAnswering && strings.working(detail),
    names.length > 0 && strings.typing(names),
  ].filter((line) => typeof line === 'string')
  const active = words.length > 0
  return renderPart<'div', TypingState>(
    'div',
    'sk-typing',
    props,
    { active },
    {
      children: active && (
        <>
          <Dots />
          <span>{words.join(' · ')}</span>
        </>
      ),
    },
  )
}
