'use client'
/** The parts of a message; each wakes for itself, so a token renders one of them. */

import { memo, type ReactElement, type ReactNode, useCallback } from 'react'
import type { Part } from '../../protocol/index.ts'
import type { FeedMessage } from '../../session/Session.ts'
import { useMessage } from '../hooks/useMessage.ts'
import { useWords } from '../hooks/useWords.ts'
import { Dots } from '../Part/icons.tsx'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useLinked } from '../Part/useLinks.ts'
import { useFeed } from './FeedContext.ts'
import { useMessageView } from './MessageContext.ts'
import type { PartContext, PartRenderers } from './PartRenderers.ts'

/** By which the scroll keeper finds it, whatever its class. */
const BODY = { 'data-body': '' }

export function MessageBody(props: PartProps<'div'>): ReactElement {
  const { shell, links } = useMessageView()
  const { key, partCount, role, state, lang } = shell
  const isStreaming = state === 'streaming'
  return renderPart(
    'div',
    'sk-message-body',
    props,
    {},
    {
      id: useLinked(links, 'body', props.id),
      lang,
      ...BODY,
      children:
        partCount === 0 && isStreaming ? (
          <Awaited />
        ) : (
          Array.from({ length: partCount }, (_, index) => (
            <MessagePart
              // biome-ignore lint/suspicious/noArrayIndexKey: the index is a part's identity on the wire
              key={index}
              messageKey={key}
              role={role}
              index={index}
              streaming={isStreaming && index === partCount - 1}
            />
          ))
        ),
    },
  )
}

/** The answer is on its way and has no word yet. */
function Awaited(): ReactElement {
  const { strings } = useWords()
  return (
    <span className="sk-awaited">
      <Dots />
      <span className="sk-hidden">{strings.streaming}</span>
    </span>
  )
}

type MessagePartProps = Omit<PartContext<Part>, 'part'>

const MessagePart = memo(function MessagePart(props: MessagePartProps): ReactElement | null {
  const { messageKey, index, streaming } = props
  const { renderers } = useFeed()
  const part = useMessage(
    messageKey,
    useCallback((message: FeedMessage) => message.parts[index], [index]),
  )
  if (!part) return null
  return (
    <div className="sk-part" data-type={part.type} data-streaming={streaming ? '' : undefined}>
      {show(renderers, { ...props, part })}
    </div>
  )
})

function show(renderers: Required<PartRenderers>, context: PartContext<Part>): ReactNode {
  const { part } = context
  switch (part.type) {
    case 'text':
      return renderers.text({ ...context, part })
    case 'reasoning':
      return renderers.reasoning({ ...context, part })
    case 'tool':
      return renderers.tool({ ...context, part })
    case 'file':
      return renderers.file({ ...context, part })
    case 'data':
      return renderers.data({ ...context, part })
    default:
      return renderers.unknown(context)
  }
}
