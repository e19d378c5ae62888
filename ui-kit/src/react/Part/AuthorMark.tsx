'use client'
/** A person's initial on a tint of their own, or the agent's sign; says nothing that the name doesn't. */

import type { CSSProperties, ReactElement } from 'react'

export interface AuthorMarkProps {
  id: string
  name: string
  isAgent?: boolean
}

export function AuthorMark({ id, name, isAgent = false }: AuthorMarkProps): ReactElement {
  const style = { '--sk-hue': hueOf(id) } as CSSProperties
  return (
    <span
      className="sk-mark"
      data-agent={isAgent ? '' : undefined}
      style={style}
      aria-hidden="true"
    >
      {isAgent ? null : initialOf(name)}
    </span>
  )
}

/** The first character as people count them, so that no emoji is cut in half. */
const initialOf = (name: string) => (Array.from(name.trim())[0] ?? '·').toLocaleUpperCase()

/** The same person has the same hue on every client. */
function hueOf(id: string): number {
  let hash = 0
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 3_600
  return hash / 10
}
