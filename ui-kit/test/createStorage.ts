/** A browser's storage that a test can look into; one that is `isForgetful` takes nothing. */
export function createStorage(texts: Map<string, string>, isForgetful = false) {
  return {
    get length() {
      return texts.size
    },
    key: (index: number) => [...texts.keys()][index] ?? null,
    getItem: (key: string) => texts.get(key) ?? null,
    setItem(key: string, text: string) {
      if (isForgetful) throw new DOMException('no room', 'QuotaExceededError')
      texts.set(key, text)
    },
    removeItem: (key: string) => void texts.delete(key),
  }
}
