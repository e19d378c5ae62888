/** One page's object for a browser's storage, which a test can look into; what is full takes nothing. */
export function createStorage(texts: Map<string, string>, isFull = () => false) {
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
      if (isFull()) throw new DOMException('no room', 'QuotaExceededError')
      texts.set(key, text)
    },
    removeItem: (key: string) => void texts.delete(key),
  }
}
