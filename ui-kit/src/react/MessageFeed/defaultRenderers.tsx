'use client'
/** How parts look unless an application says otherwise: text as text, values as JSON. */

import { MessageData } from '../Part/MessageData.tsx'
import { MessageFile } from '../Part/MessageFile.tsx'
import { MessageReasoning } from '../Part/MessageReasoning.tsx'
import { MessageTool } from '../Part/MessageTool.tsx'
import type { PartRenderers } from './PartRenderers.ts'

export const defaultRenderers: Required<PartRenderers> = {
  text: ({ part }) => (
    <div className="sk-text" dir="auto">
      {part.text}
    </div>
  ),
  reasoning: ({ part, streaming }) => <MessageReasoning part={part} streaming={streaming} />,
  tool: ({ part }) => <MessageTool part={part} />,
  file: ({ part }) => <MessageFile part={part} />,
  data: ({ part }) => <MessageData part={part} />,
  unknown: ({ part }) => <MessageData part={part} />,
}
