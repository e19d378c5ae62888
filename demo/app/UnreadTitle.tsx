'use client'
/** How much is unread, in the title of the tab. */

import { selectUnread, useSessionState } from '@session-kit/ui-kit'
import { useEffect } from 'react'

export function UnreadTitle(): null {
  const { count } = useSessionState(selectUnread)
  useEffect(() => {
    document.title = count > 0 ? `(${count}) session-kit` : 'session-kit'
  }, [count])
  return null
}
