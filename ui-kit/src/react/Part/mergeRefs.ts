/** Two refs on one element, as one callback that stays the same as long as both do. */

import type { Ref, RefCallback } from 'react'

/** The last merge of each. */
const merges = new WeakMap<object, { given: object; merged: RefCallback<unknown> }>()

/** @param own belongs to one element alone */
export function mergeRefs<Element>(
  own: Ref<Element> | undefined,
  given: Ref<Element> | undefined,
): Ref<Element> | undefined {
  if (!own || !given) return own ?? given
  const last = merges.get(own)
  if (last?.given === given) return last.merged
  const merged = mergeTwo(own, given)
  merges.set(own, { given, merged: merged as RefCallback<unknown> })
  return merged
}

/** Ended by `null`, not by a function given back: React 18 knows only the first. */
function mergeTwo<Element>(own: Ref<Element>, given: Ref<Element>): RefCallback<Element> {
  let ends: (() => void)[] = []
  return (element) => {
    for (const end of ends) end()
    ends = element ? [own, given].map((ref) => attach(ref, element)) : []
  }
}

function attach<Element>(ref: Ref<Element>, element: Element): () => void {
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
