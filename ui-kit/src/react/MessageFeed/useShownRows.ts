'use client'
/**
 * Which rows of the feed are in the document: all of them, or a window of them where they are
 * many. Until the window's code is there, a followed feed shows its newest rows; one that is
 * being read shows all, so nothing jumps, as does one that is printed or asked for an earlier row.
 */

import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'
import { useMessageKeys } from '../hooks/useMessageKeys.ts'
import { useSession } from '../hooks/useSession.ts'
import { useBeforePaint } from '../Part/useBeforePaint.ts'
import { type Clicks, createClicks } from './createClicks.ts'
import type { VirtualRows } from './createVirtualRows.ts'
import { useFeed } from './FeedContext.ts'
import type { ShownRows } from './ShownRows.ts'

/** `auto` begins above so many rows. */
const MANY_ROWS = 300
/** Shown of a long feed before its window is there: a high screen of short ones. */
const FIRST_ROWS = 50

const loadVirtualRows = () => import('./createVirtualRows.ts')
const subscribeNever = () => () => {}
const showNothing = () => undefined

export function useShownRows(): ShownRows & { isVirtual: boolean; clicks: Clicks } {
  const { keeper, virtual, focus } = useFeed()
  const session = useSession()
  const keys = useMessageKeys()
  const isMany = virtual === 'auto' ? keys.length > MANY_ROWS : virtual
  const [made, setMade] = useState<VirtualRows | 'plain'>()
  const [clicks] = useState(createClicks)
  const rows = made !== 'plain' && made?.session === session ? made : undefined
  const isAwaited = isMany && made !== 'plain' && !rows
  const isCut = useSyncExternalStore(
    keeper.subscribe,
    () => isAwaited && keeper.isFollowing(),
    () => isAwaited,
  )
  const all = useMemo(() => {
    const from = isCut ? Math.max(0, keys.length - FIRST_ROWS) : 0
    return { keys, pieces: Array.from({ length: keys.length - from }, (_, at) => from + at) }
  }, [keys, isCut])
  const some = useSyncExternalStore<ShownRows | undefined>(
    rows ? rows.subscribe : subscribeNever,
    rows ? rows.getShown : showNothing,
    showNothing,
  )
  const shown = some ?? all
  const latest = useRef(shown)

  useBeforePaint(() => {
    latest.current = shown
    rows?.committed(shown)
  }, [rows, shown])

  useEffect(() => {
    if (!isMany) return
    let begun: VirtualRows | undefined
    let isGone = false
    const showAll = () => {
      if (!begun) flushSync(() => setMade('plain'))
    }
    focus.setRows({
      hold(key) {
        const { keys, pieces } = latest.current
        if (!pieces.includes(keys.indexOf(key))) showAll()
      },
    })
    window.addEventListener('beforeprint', showAll)
    loadVirtualRows().then(
      ({ createVirtualRows }) => {
        if (isGone) return
        const elements = keeper.getElements()
        const shown = latest.current
        begun = elements && createVirtualRows({ session, keeper, clicks, ...elements, shown })
        if (begun) focus.setRows(begun)
        setMade(begun ?? 'plain')
      },
      // Without it the feed is a plain one.
      () => setMade('plain'),
    )
    return () => {
      isGone = true
      window.removeEventListener('beforeprint', showAll)
      begun?.stop()
      focus.setRows(undefined)
      setMade(undefined)
    }
  }, [isMany, session, keeper, focus, clicks])

  return { ...shown, isVirtual: rows !== undefined, clicks }
}
