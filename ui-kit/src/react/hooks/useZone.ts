'use client'
/** Where the reader is, once that is known: after the render that hydrates. */

import { useMemo } from 'react'
import { NO_ZONE, type Zone } from '../MessageFeed/formatTime.ts'
import { useMounted } from './useMounted.ts'
import { useWords } from './useWords.ts'

export function useZone(): Zone {
  const { locale, timeZone } = useWords()
  const isMounted = useMounted()
  const zone = useMemo(() => ({ locale, timeZone }), [locale, timeZone])
  return isMounted ? zone : NO_ZONE
}
