'use client'
/** A value of the wire, readable: text as it is, everything else as JSON. */

import type { ReactElement } from 'react'

export function Value({ label, value }: { label: string; value: unknown }): ReactElement {
  return (
    <figure className="sk-value">
      <figcaption>{label}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{typeof value === 'string' ? value : JSON.stringify(value, null, 2)}</pre>
    </figure>
  )
}
