'use client'
/** Two refs on one element, as one callback that stays the same as long as both do. */

import { type Ref, type RefCallback, useCallback } from 'react'

export function useMergedRef<Element>(
  own: Ref<Element>,
  given: Ref<Element> | undefined,
): RefCallback<Element> {
  return useCallback(
    (element) => {
      const ends = [own, given].map((ref) => attach(ref, element))
      return () => {
        for (const end of ends) end()
      }
    },
    [own, given],
  )
}

function attach<Element>(ref: Ref<Element> | undefined, element: Element | null): () => void {
  if (typeof ref === 'function') {
    const end = ref(element)
    return typeof end === 'function' ? end : () => ref(null)
  }
  if (!ref) return () => {}
  ref.current = element
  return () => {
    ref.current = null
  }
}
