'use client'
/** False on the server and in the render that hydrates, true from then on. */

import { useSyncExternalStore } from 'react'

const subscribe = () => () => {}

export const useMounted = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => true,
    () => false,
  )
