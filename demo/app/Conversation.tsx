'use client'
/** The kit's parts, put together for this page. */

import {
  Composer,
  FeedJump,
  FeedList,
  FeedNotice,
  FeedOlder,
  FeedRoot,
  FeedViewport,
  type PartRenderers,
  TypingIndicator,
  useMessage,
} from '@session-kit/ui-kit'
import { Markdown } from '@session-kit/ui-kit/markdown'
import type { ReactElement } from 'react'
import { Welcome } from './Welcome'

const renderers: PartRenderers = {
  text: ({ part, streaming, messageKey }) => (
    <Text text={part.text} streaming={streaming} messageKey={messageKey} />
  ),
}

export function Conversation(): ReactElement {
  return (
    <>
      <FeedRoot renderers={renderers}>
        <FeedViewport>
          <FeedOlder />
          <FeedNotice
            render={(props, { notice }) => (notice === 'empty' ? <Welcome /> : <p {...props} />)}
          />
          <FeedList />
        </FeedViewport>
        <FeedJump />
      </FeedRoot>
      <TypingIndicator />
      <Composer />
    </>
  )
}

interface TextProps {
  text: string
  streaming: boolean
  messageKey: string
}

/** Answers are Markdown; what a person typed is shown as it was typed. */
function Text({ text, streaming, messageKey }: TextProps): ReactElement {
  const role = useMessage(messageKey, (message) => message.role)
  if (role !== 'user') return <Markdown text={text} streaming={streaming} />
  return (
    <div className="sk-text" dir="auto">
      {text}
    </div>
  )
}
