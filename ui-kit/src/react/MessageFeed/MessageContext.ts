'use client'
/** What the parts of one row share; it stays the same while text grows. */

import { createContext, useContext } from 'react'
import { type FeedMessage, SessionError } from '../../session/Session.ts'
import { useMessage } from '../hooks/useMessage.ts'

/** A message without its text: what changes a few times in its life, not with a token. */
export interface MessageShell extends Omit<FeedMessage, 'parts' | 'seq' | 'pos' | 'meta'> {
  partCount: number
}

export interface MessageView {
  shell: MessageShell
  /** sent by this author from this session, so it stands on the other side */
  isOwn: boolean
  /** first of a group of one author */
  isFirst: boolean
  /** id of the element that names the message */
  headId: string
}

export const MessageContext = createContext<MessageView | undefined>(undefined)

/** @throws SessionError `no_root` */
export function useMessageView(): MessageView {
  const view = useContext(MessageContext)
  if (view) return view
  throw new SessionError(
    'no_root',
    'a part of a message stands outside of its root. Wrap it: <MessageRoot messageKey={key}>…</MessageRoot>',
  )
}

/** Id of the element that tells it. */
export const bodyIdOf = (headId: string): string => `${headId}-body`

export const useMessageShell = (key: string | undefined): MessageShell | undefined =>
  useMessage(key, toShell, isSameShell)

function toShell({ parts, seq, pos, meta, ...rest }: FeedMessage): MessageShell {
  return { ...rest, partCount: parts.length }
}

function isSameShell(before: MessageShell, now: MessageShell): boolean {
  return (
    before.state === now.state &&
    before.delivery === now.delivery &&
    before.partCount === now.partCount &&
    before.failure === now.failure &&
    before.error === now.error &&
    before.id === now.id &&
    before.author.id === now.author.id &&
    before.author.name === now.author.name &&
    before.createdAt === now.createdAt
  )
}
