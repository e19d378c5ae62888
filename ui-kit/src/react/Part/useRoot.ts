'use client'
/** What a root shares with its parts. */

import { type Context, useContext } from 'react'
import { SessionError } from '../../session/Session.ts'

/**
 * @param whole what it is a part of
 * @param wrap how it is written inside of its root
 * @throws SessionError `no_root`
 */
export function useRoot<View>(
  context: Context<View | undefined>,
  whole: string,
  wrap: string,
): View {
  const view = useContext(context)
  if (view) return view
  throw new SessionError(
    'no_root',
    `a part of ${whole} stands outside of its root. Wrap it: ${wrap}`,
  )
}
