/**
 * What is wrong with the content of a message that a person wants to send (W11).
 *
 * Used by both servers, and by the client before anything is queued, so that all of them
 * refuse the same. Changes nothing, never throws.
 */

import type { Meta, UserPart } from './frames.ts'
import { MAX_DEPTH, MAX_PARTS } from './limits.ts'

export interface Said {
  parts: UserPart[]
  meta?: Meta | undefined
}

export interface ContentFault {
  field: string
  message: string
}

type Fields = Record<string, unknown>

/** @param content what should be one; undefined when it is */
export function contentFault({ parts, meta }: { parts?: unknown; meta?: unknown }) {
  const fault = (field: string, expected: string): ContentFault => ({
    field,
    message: `expected ${expected}`,
  })
  if (meta !== undefined && !isObject(meta)) return fault('meta', 'an object')
  if (!Array.isArray(parts) || parts.length < 1 || parts.length > MAX_PARTS)
    return fault('parts', `1 to ${MAX_PARTS} parts`)
  if (isDeeper(meta, MAX_DEPTH)) return fault('meta', TOO_DEEP)
  if (isDeeper(parts, MAX_DEPTH)) return fault('parts', TOO_DEEP)
  for (const [index, part] of parts.entries()) {
    const expected = partFault(part)
    if (expected) return fault(`parts[${index}]`, expected)
  }
  return isEmpty(parts) ? fault('parts', 'some content') : undefined
}

/** Whether it says nothing at all. */
export const isEmpty = (parts: readonly UserPart[]): boolean =>
  parts.every((part) => part.type === 'text' && part.text === '')

/** What was expected of a part; undefined when nothing is wrong with it. */
function partFault(part: unknown): string | undefined {
  if (!isObject(part)) return 'a part, an object'
  const { type, text, url, mediaType, name = '', size = 0, value } = part
  switch (type) {
    case 'text':
      return isText(text) ? undefined : 'text to be a string'
    case 'file':
      if (!url || !isText(url)) return 'url to be a string'
      if (!isText(mediaType)) return 'mediaType to be a string'
      if (!isText(name)) return 'name to be a string'
      return Number.isSafeInteger(size) && (size as number) >= 0
        ? undefined
        : 'size to be a whole number of bytes'
    case 'data':
      if (!name || !isText(name)) return 'name to be a string'
      return value === undefined ? 'a value' : undefined
    default:
      return 'a part of type text, file or data'
  }
}

const isText = (value: unknown): boolean => typeof value === 'string'

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const TOO_DEEP = `at most ${MAX_DEPTH} levels of nesting`

/** JSON that nests without bound would exhaust the stack of whoever writes it again. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1))
}
