/** A browser's storage that a test can look into; one that is `isForgetful` takes nothing. */
export function createStorage(texts: Map<string, string>, isForgetful = false) {
  /** read by index, one after the other */
  let names: string[] = []
  return {
    get length() {
      names = [...texts.keys()]
      return names.length
    },
    key: (index: number) => names[index] ?? null,
    getItem: (key: string) => texts.get(key) ?? null,
    setItem(key: string, text: string) {
      if (isForgetful) throw new DOMException('no room', 'QuotaExceededError')
      texts.set(key, text)
    },
    removeItem: (key: string) => void texts.delete(key),
  }
}
