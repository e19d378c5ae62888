/**
 * Whether two block tokens draw the same. Blocks are lexed anew at each step; the inline tokens
 * inside keep their identity as long as their text and its links are the same (lexChunk.ts).
 */
import type { MarkedToken, Token } from 'marked'

export function isSameTree(one: Token, other: Token): boolean {
  if (one === other) return true
  if (one.type !== other.type || one.raw !== other.raw) return false
  const [a, b] = [one as MarkedToken, other as MarkedToken]
  switch (a.type) {
    case 'list':
      return b.type === a.type && a.loose === b.loose && areSame(a.items, b.items, isSameTree)
    case 'list_item':
    case 'blockquote':
      return b.type === a.type && areSame(a.tokens, b.tokens, isSameTree)
    case 'paragraph':
    case 'text':
    case 'heading':
      return b.type === a.type && isSameInline(a.tokens ?? [], b.tokens ?? [])
    case 'checkbox':
    case 'code':
    case 'hr':
    case 'html':
    case 'space':
      return true
    default:
      return false
  }
}

/** The box of a task is put in front of the text anew each time. */
export function isSameInline(some: readonly Token[], others: readonly Token[]): boolean {
  return areSame(some, others, (one, other) =>
    one.type === 'checkbox' ? isSameTree(one, other) : one === other,
  )
}

export function areSame<T>(
  some: readonly T[],
  others: readonly T[],
  isSame: (one: T, other: T) => boolean,
): boolean {
  return (
    some.length === others.length && some.every((one, index) => isSame(one, others[index] as T))
  )
}
