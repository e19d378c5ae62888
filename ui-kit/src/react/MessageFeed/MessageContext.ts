'use client'
/** What the parts of one row share; it stays the same while text grows. */

import { createContext, useContext } from 'react'
import { type FeedMessage, SessionError } from '../../session/Session.ts'
import { useMessage } from '../hooks/useMessage.ts'
import type { Links } from '../Part/useLinks.ts'

/** A message without its text: what changes a few times in its life, not with a token. */
export interface MessageShell extends Omit<FeedMessage, 'parts' | 'seq' | 'pos' | 'meta'> {
  partCount: number
  /** BCP 47, from `meta.lang`: what the message is written in, where somebody said so */
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
export function useMessageView(): MessageView {
  const view = useContext(MessageContext)
  if (view) return view
  throw new SessionError(
    'no_root',
    'a part of a message stands outside of its root. Wrap it: <MessageRoot messageKey={key}>…</MessageRoot>',
  )
}

export const useMessageShell = (key: string | undefined): MessageShell | undefined =>
  useMessage(key, toShell, isSameShell)

function toShell({ parts, seq, pos, meta, ...rest }: FeedMessage): MessageShell {
  const { lang } = meta ?? {}
  return { ...rest, partCount: parts.length, lang: isLanguage(lang) ? lang : undefined }
}

/** Anybody may write a message: what is no language tag says nothing. */
const isLanguage = (lang: unknown): lang is string =>
  typeof lang === 'string' && /^[a-z]{2,8}(-[a-z\d]{1,8}){0,8}$/i.test(lang)

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
