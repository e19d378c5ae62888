/**
 * What outlives a reload: small texts under one prefix of a storage.
 *
 * Storage that is missing, full or forbidden (private mode, a sandboxed frame) is
 * survived, nothing throws: what it refuses to take is kept in memory, and outlives
 * the session though not the page. Where there is none, or none is wanted, nothing is
 * kept.
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

/** By storage, then by key: what it refused. */
const refused = new WeakMap<object, Map<string, string>>()

/** @param storage null for none; the platform's `localStorage` unless given */
export function createKeep(prefix: string, storage?: KeepStorage | null): Keep {
  const place = storage ?? globalThis
  const memory = (storage !== null && refused.get(place)) || new Map<string, string>()
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

  return {
    read: (name) =>
      memory.get(prefix + name) ?? attempt((store) => store.getItem(prefix + name)) ?? undefined,
    has: (name) =>
      memory.has(prefix + name) ||
      (attempt((store) => store.getItem(prefix + name) !== null) ?? true),
    write(name, text) {
      memory.delete(prefix + name)
      attempt(
        (store) => {
          store.setItem(prefix + name, text)
          if (store.getItem(prefix + name) !== text) throw new Error('it forgot')
        },
        () => memory.set(prefix + name, text),
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
