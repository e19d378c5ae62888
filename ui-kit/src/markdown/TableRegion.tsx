'use client'
/** Lets a wide table scroll by itself instead of the page; a stop for the keyboard only then. */
import type { ReactNode } from 'react'
import { useOverflow } from './useOverflow.ts'

export interface TableRegionProps {
  label: string
  dir: 'rtl' | 'ltr' | undefined
  children: ReactNode
}

export function TableRegion({ label, dir, children }: TableRegionProps) {
  const [ref, overflows] = useOverflow<HTMLDivElement>()
  const region = overflows ? { tabIndex: 0, role: 'group', 'aria-label': label } : {}
  return (
    <div ref={ref} className="sk-md-table" dir={dir} {...region}>
      {children}
    </div>
  )
}
