'use client'
/** Two refs on one element, as one callback that stays the same as long as both do. */

import { type Ref, type RefCallback, useMemo } from 'react'

export function useMergedRef<Element>(
  own: Ref<Element>,
  given: Ref<Element> | undefined,
): RefCallback<Element> {
  return useMemo(() => mergeRefs(own, given), [own, given])
}

/** Ended by `null`, not by a function given back: React 18 knows only the first. */
function mergeRefs<Element>(
  own: Ref<Element>,
  given: Ref<Element> | undefined,
): RefCallback<Element> {
  let ends: (() => void)[] = []
  return (element) => {
    for (const end of ends) end()
    ends = element ? [own, given].map((ref) => attach(ref, element)) : []
  }
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
