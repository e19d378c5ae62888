/** The only page. Everything on it happens in the browser. */

import type { ReactElement } from 'react'
import { ChatPage } from './ChatPage'

export default function Page(): ReactElement {
  return <ChatPage />
}
