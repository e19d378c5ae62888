'use client'
/**
 * Whether an element's content is wider than the element. What scrolls must be reachable by
 * keyboard, and what doesn't must not be a stop on the way.
 */
import { type RefObject, useEffect, useRef, useState } from 'react'

/** Watches the element and its first child, which has to be a block of its content's width. */
export function useOverflow<T extends HTMLElement>(): [RefObject<T | null>, boolean] {
  const ref = useRef<T>(null)
  const [overflows, setOverflows] = useState(false)
  useEffect(() => {
    const element = ref.current
    if (element === null || typeof ResizeObserver === 'undefined') return undefined
    const observer = new ResizeObserver(() => {
      setOverflows(element.scrollWidth > element.clientWidth)
    })
    observer.observe(element)
    if (element.firstElementChild) observer.observe(element.firstElementChild)
    return () => observer.disconnect()
  }, [])
  return [ref, overflows]
}
