'use client'
/** Lets a wide table scroll by itself instead of the page; a stop for the keyboard only then. */
import type { ReactNode } from 'react'
import { useOverflow } from './useOverflow.ts'

export function TableRegion({ label, children }: { label: string; children: ReactNode }) {
  const [ref, overflows] = useOverflow<HTMLDivElement>()
  const region = overflows ? { tabIndex: 0, role: 'group', 'aria-label': label } : {}
  return (
    <div ref={ref} className="sk-md-table" {...region}>
      {children}
    </div>
  )
}
