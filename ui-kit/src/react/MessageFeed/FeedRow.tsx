'use client'
/** One row: the day and the unread line above it where they belong, and the message. */

import { memo, type ReactElement, useCallback, useSyncExternalStore } from 'react'
import { useMounted } from '../hooks/useMounted.ts'
import { useWords } from '../hooks/useWords.ts'
import { useZone } from '../hooks/useZone.ts'
import { useFeed } from './FeedContext.ts'
import { dayKey, formatDay } from './formatTime.ts'
import { MessageBody } from './MessageBody.tsx'
import { useMessageShell } from './MessageContext.ts'
import { MessageDelivery, MessageEnd } from './MessageFoot.tsx'
import { MessageHead } from './MessageHead.tsx'
import { MessageRoot } from './MessageRoot.tsx'

export interface FeedRowProps {
  messageKey: string
  /** the row above, for grouping */
  previousKey: string | undefined
}

export const FeedRow = memo(function FeedRow({ messageKey, previousKey }: FeedRowProps) {
  return (
    <li className="sk-row">
      <FeedDay messageKey={messageKey} previousKey={previousKey} />
      <FeedUnread messageKey={messageKey} />
      <MessageRoot messageKey={messageKey} previousKey={previousKey}>
        <MessageHead />
        <MessageBody />
        <MessageEnd />
        <MessageDelivery />
      </MessageRoot>
    </li>
  )
})

/** The day, above its first message. */
export function FeedDay({ messageKey, previousKey }: FeedRowProps): ReactElement | null {
  const zone = useZone()
  const isMounted = useMounted()
  const createdAt = useMessageShell(messageKey)?.createdAt
  const before = useMessageShell(previousKey)?.createdAt
  const day = createdAt === undefined ? '' : dayKey(createdAt, zone)
  if (createdAt === undefined || day === '') return null
  if (before !== undefined && dayKey(before, zone) === day) return null
  return (
    <p className="sk-day">
      <time dateTime={day}>{formatDay(createdAt, isMounted ? Date.now() : createdAt, zone)}</time>
    </p>
  )
}

/** The line between what the reader has seen and what came while they were away. */
export function FeedUnread({ messageKey }: Pick<FeedRowProps, 'messageKey'>): ReactElement | null {
  const { reader } = useFeed()
  const { strings } = useWords()
  const isHere = useSyncExternalStore(
    reader.subscribe,
    useCallback(() => reader.getUnreadKey() === messageKey, [reader, messageKey]),
    () => false,
  )
  if (!isHere) return null
  return (
    <p className="sk-unread">
      <span>{strings.unreadLine}</span>
    </p>
  )
}
