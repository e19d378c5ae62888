'use client'
/** One message: an article, named by its author and time. */

import { type ComponentPropsWithRef, type ReactElement, useMemo } from 'react'
import type { FeedMessage } from '../../session/Session.ts'
import { useZone } from '../hooks/useZone.ts'
import { type PartProps, renderPart } from '../Part/renderPart.ts'
import { useLinks } from '../Part/useLinks.ts'
import { dayKey, type Zone } from './formatTime.ts'
import { LINKED, MessageContext, type MessageShell, useMessageShell } from './MessageContext.ts'

/** Messages of one person this close together are one group, ms. */
const GROUP_WITHIN_MS = 5 * 60_000

export interface MessageRootState {
  role: FeedMessage['role']
  state: FeedMessage['state']
  delivery: FeedMessage['delivery']
  own: boolean
  /** first of a group of one author */
  first: boolean
}

export interface MessageRootProps extends PartProps<'article', MessageRootState> {
  messageKey: string
  /** the row above; without it the message begins a group */
  previousKey?: string | undefined
}

export function MessageRoot(props: MessageRootProps): ReactElement | null {
  const { messageKey, previousKey, ...rest } = props
  const shell = useMessageShell(messageKey)
  const previous = useMessageShell(previousKey)
  const zone = useZone()
  const links = useLinks(LINKED)
  const isFirst = shell !== undefined && !belongsTo(previous, shell, zone)
  const view = useMemo(
    () => shell && { shell, isOwn: isOwn(shell), isFirst, links },
    [shell, isFirst, links],
  )
  if (!view) return null
  const { role, state, delivery } = view.shell
  return (
    <MessageContext.Provider value={view}>
      {renderPart(
        'article',
        'sk-message',
        rest,
        { role, state, delivery, own: view.isOwn, first: isFirst },
        // Not a tab stop: the arrow keys lead here from the viewport.
        {
          'aria-labelledby': links.to('head'),
          'aria-describedby': links.to('body'),
          tabIndex: -1,
          'data-key': messageKey,
        } as ComponentPropsWithRef<'article'>,
      )}
    </MessageContext.Provider>
  )
}

/** A row whose key is its cid was sent by this author from this side. */
const isOwn = (shell: MessageShell) => shell.cid !== undefined && shell.key === shell.cid

/** Two answers belong to two questions, or one is another try at it: each says who and when. */
function belongsTo(previous: MessageShell | undefined, shell: MessageShell, zone: Zone): boolean {
  return (
    previous !== undefined &&
    shell.role !== 'assistant' &&
    previous.author.id === shell.author.id &&
    previous.role === shell.role &&
    shell.createdAt - previous.createdAt < GROUP_WITHIN_MS &&
    dayKey(previous.createdAt, zone) === dayKey(shell.createdAt, zone)
  )
}
