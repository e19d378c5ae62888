'use client'
/** What the parts of one row share; it stays the same while text grows. */

import { createContext } from 'react'
import type { FeedMessage } from '../../session/Session.ts'
import { useMessage } from '../hooks/useMessage.ts'
import type { Links } from '../Part/useLinks.ts'
import { useRoot } from '../Part/useRoot.ts'
import { messageLanguage } from './messageLanguage.ts'

/** A message without its text: what changes a few times in its life, not with a token. */
export interface MessageShell extends Omit<FeedMessage, 'parts' | 'seq' | 'pos' | 'meta'> {
  partCount: number
  /** what it is written in, where somebody said so */
  lang: string | undefined
}

/** The elements that name and tell a message. */
export const LINKED = ['head', 'body'] as const

export interface MessageView {
  shell: MessageShell
  /** sent by this author from this session, so it stands on the other side */
  isOwn: boolean
  /** first of a group of one author */
  isFirst: boolean
  links: Links<(typeof LINKED)[number]>
}

export const MessageContext = createContext<MessageView | undefined>(undefined)

/** @throws SessionError `no_root` */
export const useMessageView = (): MessageView =>
  useRoot(MessageContext, 'a message', '<MessageRoot messageKey={key}>…</MessageRoot>')

export const useMessageShell = (key: string | undefined): MessageShell | undefined =>
  useMessage(key, toShell, isSameShell)

function toShell(message: FeedMessage): MessageShell {
  const { parts, seq, pos, meta, ...rest } = message
  return { ...rest, partCount: parts.length, lang: messageLanguage(message) }
}

function isSameShell(before: MessageShell, now: MessageShell): boolean {
  return (
    before.state === now.state &&
    before.delivery === now.delivery &&
    before.partCount === now.partCount &&
    before.lang === now.lang &&
    before.failure === now.failure &&
    before.error === now.error &&
    before.id === now.id &&
    before.author.id === now.author.id &&
    before.author.name === now.author.name &&
    before.createdAt === now.createdAt
  )
}
