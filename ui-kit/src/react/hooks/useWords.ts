'use client'
/** The words, locale and time zone of the nearest `SessionProvider`. */

import { useContext } from 'react'
import { type Words, WordsContext } from './SessionProvider.tsx'

export const useWords = (): Words => useContext(WordsContext)
