/**
 * A short mark of what a cid was first used for, to tell a repeat from a conflict (W5).
 *
 * Two sums of 32 bits over the canonical JSON and its length. It has to be
 * synchronous, so it is no cryptographic hash: an author who makes two messages
 * collide deceives nobody but himself.
 */
export function contentHash(content: unknown): string {
  const text = JSON.stringify(sorted(content))
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x85ebca6b) + (b >>> 13)
  }
  return `${(a >>> 0).toString(36)}.${(b >>> 0).toString(36)}.${text.length.toString(36)}`
}

/** The order in which a client writes its keys is no content. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]))
}
