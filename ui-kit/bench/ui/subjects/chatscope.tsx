/** chatscope’s list, as documented: a message for each of the array. */

import '../page/commits.ts'
import { Message, MessageList } from '@chatscope/chat-ui-kit-react'
import '@chatscope/chat-ui-kit-styles/dist/default/styles.min.css'
import { textOf } from '../../room/Dialect.ts'
import { openArray, type ShowProps } from '../page/openArray.tsx'
import { runPage } from '../page/runPage.ts'

const List = ({ messages }: ShowProps) => (
  <MessageList>
    {messages.map((message) => (
      <Message
        key={message.id}
        model={{
          type: 'text',
          message: textOf(message),
          direction: message.role === 'user' ? 'outgoing' : 'incoming',
          position: 'single',
        }}
      />
    ))}
  </MessageList>
)

runPage({
  viewport: '.cs-message-list__scroll-wrapper',
  row: '.cs-message',
  open: openArray(List),
})
