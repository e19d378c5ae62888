'use client'
/**
 * Ids by which the elements of one part point to each other. Whoever carries one tells which it
 * is, since the application may give its own; one that nobody carries is pointed to by nobody.
 */

import { useCallback, useId, useMemo, useState } from 'react'
import { useBeforePaint } from './useBeforePaint.ts'

export interface Links<Name extends string> {
  /** The kit's own id for it. */
  own(name: Name): string
  /** What to point to. */
  to(name: Name): string | undefined
  tell(name: Name, id: string | undefined): void
}

/**
 * All of them are taken to be there until the first layout is done: so the server's HTML points
 * to them, too, and where nothing is out of the ordinary nothing renders twice.
 */
export function useLinks<Name extends string>(names: readonly Name[]): Links<Name> {
  const root = useId()
  const [odd, setOdd] = useState<Partial<Record<Name, string | null>>>({})
  const [here] = useState(() => new Set<Name>())
  const own = useCallback((name: Name) => `${root}-${name}`, [root])
  const tell = useCallback(
    (name: Name, id: string | undefined) => {
      if (id !== undefined) here.add(name)
      // Nothing to tell of what goes together with its root.
      else if (!here.delete(name)) return
      const told = id === own(name) ? undefined : (id ?? null)
      setOdd((before) => (before[name] === told ? before : { ...before, [name]: told }))
    },
    [here, own],
  )
  useBeforePaint(() => {
    const missing = names.filter((name) => !here.has(name))
    if (missing.length > 0)
      setOdd((before) => ({
        ...before,
        ...Object.fromEntries(missing.map((name) => [name, null])),
      }))
    return () => here.clear()
  }, [here, names])
  return useMemo(() => {
    const to = (name: Name) => {
      const told = odd[name]
      return told === undefined ? own(name) : (told ?? undefined)
    }
    return { own, to, tell }
  }, [own, odd, tell])
}

/** @returns the id of the element that has this name: the given one, or the kit's */
export function useLinked<Name extends string>(
  { own, tell }: Pick<Links<Name>, 'own' | 'tell'>,
  name: Name,
  given: string | undefined,
): string {
  const id = given ?? own(name)
  useBeforePaint(() => {
    tell(name, id)
    return () => tell(name, undefined)
  }, [tell, name, id])
  return id
}
