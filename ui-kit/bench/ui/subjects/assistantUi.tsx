/** assistant-ui’s thread on messages that somebody else keeps, with the kit’s own text part. */

import '../page/commits.ts'
import {
  AssistantRuntimeProvider,
  MessagePrimitive,
  ThreadPrimitive,
  useExternalStoreRuntime,
} from '@assistant-ui/react'
import type { Message } from '../../../src/protocol/index.ts'
import { textOf } from '../../room/Dialect.ts'
import { openArray, type ShowProps } from '../page/openArray.tsx'
import { runPage } from '../page/runPage.ts'

const OneMessage = () => (
  <MessagePrimitive.Root className="row">
    <MessagePrimitive.Parts />
  </MessagePrimitive.Root>
)

// Made once: what provides the messages must not render the thread anew.
const thread = (
  <ThreadPrimitive.Root style={{ blockSize: '100%' }}>
    <ThreadPrimitive.Viewport className="viewport" style={{ blockSize: '100%' }}>
      <ThreadPrimitive.Messages
        components={{ UserMessage: OneMessage, AssistantMessage: OneMessage }}
      />
    </ThreadPrimitive.Viewport>
  </ThreadPrimitive.Root>
)

const convertMessage = (message: Message) => ({
  id: message.id,
  role: message.role,
  content: [{ type: 'text', text: textOf(message) }],
})

const onNew = async () => {}

function Thread({ messages }: ShowProps) {
  const runtime = useExternalStoreRuntime({
    messages,
    isRunning: messages.at(-1)?.state === 'streaming',
    convertMessage,
    onNew,
  })
  return <AssistantRuntimeProvider runtime={runtime}>{thread}</AssistantRuntimeProvider>
}

runPage({ viewport: '.viewport', row: '.row', open: openArray(Thread) })
