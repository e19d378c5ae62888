'use client'
/** Hands a session to the hooks and components below, and with it the words they use. */

import { createContext, type ReactElement, type ReactNode, useMemo } from 'react'
import { MarkdownWords } from '../../markdown/MarkdownWords.ts'
import type { Session } from '../../session/Session.ts'
import { defaultStrings, type SessionStrings } from '../SessionStrings.ts'

export interface Words {
  strings: SessionStrings
  /** BCP 47; the browser's when absent */
  locale: string | undefined
  /** IANA; the browser's when absent */
  timeZone: string | undefined
}

export const SessionContext = createContext<Session | undefined>(undefined)

export const WordsContext = createContext<Words>({
  strings: defaultStrings,
  locale: undefined,
  timeZone: undefined,
})

export interface SessionProviderProps {
  session: Session
  /** Words of your own, instead of the English ones. Define them outside of the component. */
  strings?: Partial<SessionStrings> | undefined
  locale?: string | undefined
  timeZone?: string | undefined
  children?: ReactNode
}

export function SessionProvider(props: SessionProviderProps): ReactElement {
  const { session, strings, locale, timeZone, children } = props
  const words = useMemo<Words>(
    () => ({ strings: { ...defaultStrings, ...strings }, locale, timeZone }),
    [strings, locale, timeZone],
  )
  return (
    <SessionContext.Provider value={session}>
      <WordsContext.Provider value={words}>
        <MarkdownWords.Provider value={words.strings.markdown}>{children}</MarkdownWords.Provider>
      </WordsContext.Provider>
    </SessionContext.Provider>
  )
}
