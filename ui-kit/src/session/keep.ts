/**
 * What outlives a reload: small texts under one prefix of a storage.
 *
 * Storage that is missing, full or forbidden (private mode, a sandboxed frame) is
 * survived: reads find nothing, writes are lost, nothing throws. Whoever writes holds
 * the truth in memory.
 */

/** The part of `localStorage` that is used. */
export type KeepStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

export interface Keep {
  read(name: string): string | undefined
  write(name: string, text: string): void
  remove(name: string): void
  names(): string[]
}

/** Everything one session keeps, drafts included, lies under this prefix. */
export const keepPrefix = (url: string, sessionId: string) => `session-kit:${url}/${sessionId}:`

/** @param storage null for none; the platform's `localStorage` unless given */
export function createKeep(prefix: string, storage?: KeepStorage | null): Keep {
  /** Even naming `localStorage` throws where it is forbidden. */
  function attempt<T>(act: (store: KeepStorage) => T): T | undefined {
    try {
      const store = storage === undefined ? globalThis.localStorage : storage
      return store ? act(store) : undefined
    } catch {
      return undefined
    }
  }
  return {
    read: (name) => attempt((store) => store.getItem(prefix + name)) ?? undefined,
    write: (name, text) => attempt((store) => store.setItem(prefix + name, text)),
    remove: (name) => attempt((store) => store.removeItem(prefix + name)),
    names: () =>
      attempt((store) =>
        Array.from({ length: store.length }, (_, index) => store.key(index) ?? '')
          .filter((key) => key.startsWith(prefix))
          .map((key) => key.slice(prefix.length)),
      ) ?? [],
  }
}
