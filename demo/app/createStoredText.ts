/** A text that this browser keeps under one key; where storage is closed it lasts as long as the page. */

export interface StoredText {
  read(): string | null
  write(text: string): void
  /** Told of each `write`, and of those of other tabs. */
  subscribe(listener: () => void): () => void
}

export function createStoredText(key: string): StoredText {
  const listeners = new Set<() => void>()
  let current: string | null | undefined

  function changedElsewhere(event: StorageEvent): void {
    if (event.key !== key) return
    current = event.newValue
    tell()
  }
  function tell(): void {
    for (const listener of listeners) listener()
  }

  return {
    read() {
      if (current !== undefined) return current
      try {
        current = localStorage.getItem(key)
      } catch {
        current = null
      }
      return current
    },
    write(text) {
      current = text
      try {
        localStorage.setItem(key, text)
      } catch {
        // As said above.
      }
      tell()
    },
    subscribe(listener) {
      if (listeners.size === 0) window.addEventListener('storage', changedElsewhere)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) window.removeEventListener('storage', changedElsewhere)
      }
    },
  }
}
