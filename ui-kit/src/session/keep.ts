/**
 * What outlives a reload: small texts under one prefix of a storage.
 *
 * Storage that is missing, full or forbidden (private mode, a sandboxed frame) is
 * survived, nothing throws: what it refuses to take is kept in memory until another page
 * writes there, and outlives the session though not the page. Where there is none, or none
 * is wanted, nothing is kept.
 */

import { plainUrl } from './sessionAddress.ts'

/** The part of `localStorage` that is used. */
export type KeepStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export interface Keep {
  read(name: string): string | undefined
  /** False only if it is gone for sure: somebody else took it away. */
  has(name: string): boolean
  write(name: string, text: string): void
  remove(name: string): void
  names(): string[]
}

/** Everything one session keeps, drafts included, lies under this prefix. */
export const keepPrefix = (url: string, sessionId: string) =>
  `session-kit:${plainUrl(url)}/${sessionId}:`

/** What was refused, and what stands there instead. */
interface Refused {
  text: string
  instead: string | undefined
}

/** By storage, then by key. */
const refused = new WeakMap<object, Map<string, Refused>>()

/** @param storage null for none; the platform's `localStorage` unless given */
export function createKeep(prefix: string, storage?: KeepStorage | null): Keep {
  const place = storage ?? globalThis
  const memory = (storage !== null && refused.get(place)) || new Map<string, Refused>()
  if (storage !== null) refused.set(place, memory)

  /** Even naming `localStorage` throws where it is forbidden. */
  function attempt<T>(act: (store: KeepStorage) => T, refuse?: () => void): T | undefined {
    try {
      const store = storage === undefined ? globalThis.localStorage : storage
      return store ? act(store) : undefined
    } catch {
      refuse?.()
      return undefined
    }
  }

  /** null: nothing is there; undefined: nobody knows. */
  const stored = (name: string) => attempt((store) => store.getItem(prefix + name))

  function read(name: string): string | undefined {
    const there = stored(name) ?? undefined
    const own = memory.get(prefix + name)
    return own && own.instead === there ? own.text : there
  }

  return {
    read,
    has: (name) => read(name) !== undefined || stored(name) === undefined,
    write(name, text) {
      memory.delete(prefix + name)
      attempt(
        (store) => {
          store.setItem(prefix + name, text)
          if (store.getItem(prefix + name) !== text) throw new Error('it forgot')
        },
        () => memory.set(prefix + name, { text, instead: stored(name) ?? undefined }),
      )
    },
    remove(name) {
      memory.delete(prefix + name)
      attempt(
        (store) => store.removeItem(prefix + name),
        () => attempt((store) => store.setItem(prefix + name, '')),
      )
    },
    names: () => {
      const stored = attempt((store) =>
        Array.from({ length: store.length }, (_, index) => store.key(index) ?? ''),
      )
      return [...new Set([...(stored ?? []), ...memory.keys()])]
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length))
    },
  }
}
