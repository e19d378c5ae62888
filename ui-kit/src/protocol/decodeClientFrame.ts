/**
 * What a client said: a frame, a value to echo, or what is wrong with it (W11).
 *
 * Never throws; every field is checked, unknown fields are left behind (W10),
 * and lone surrogates are replaced before anything is stored or sent on. Used
 * by the server and by the fake server, so that both refuse the same frames.
 */

import type { ClientFrame, Meta, UserPart } from './frames.ts'
import { isCid } from './ids.ts'
import { MAX_DEPTH, MAX_PARTS, PAGE_LIMIT, PRESENCE_BYTES } from './limits.ts'
import { utf8Length } from './utf8Length.ts'

export type Decoded =
  | { kind: 'frame'; frame: ClientFrame }
  | { kind: 'raw'; value: unknown }
  /** `ref` is the cid or page ref that the bad frame bore, when that was readable */
  | { kind: 'bad'; field: string; message: string; ref?: string }

type Fields = Record<string, unknown>

export function decodeClientFrame(data: unknown): Decoded {
  if (typeof data !== 'string') return bad('', 'binary frames are not part of this protocol')
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch {
    return bad('', 'not JSON')
  }
  if (!isObject(value)) return { kind: 'raw', value }
  switch (value.type) {
    case 'hello':
      return decodeHello(value)
    case 'send':
      return decodeSend(value)
    case 'again':
      if (!isCid(value.cid)) return bad('cid', 'expected 8 to 64 of A-Z a-z 0-9 _ -')
      if (!isId(value.id)) return bad('id', 'expected the id of a message', value.cid)
      return frame({ type: 'again', cid: value.cid, id: value.id })
    case 'cancel':
      if (!isId(value.id)) return bad('id', 'expected the id of a message')
      return frame({ type: 'cancel', id: value.id })
    case 'page':
      return decodePage(value)
    case 'presence':
      if (!isObject(value.state)) return bad('state', 'expected an object')
      if (isDeeper(value.state, MAX_DEPTH)) return bad('state', TOO_DEEP)
      return decodePresence(wellFormed(value.state))
    case 'ping':
      return frame({ type: 'ping' })
    default:
      return { kind: 'raw', value }
  }
}

/**
 * The content of a message that a person sends: `{text}` or `{parts}`, and `meta?`.
 * Shared by the `send` frame and by `POST …/messages`.
 */
export function decodeContent(
  value: Fields,
): { parts: UserPart[]; meta?: Meta } | { field: string; message: string } {
  const meta = value.meta
  if (meta !== undefined && !isObject(meta)) return { field: 'meta', message: 'expected an object' }
  if ((value.text === undefined) === (value.parts === undefined))
    return { field: 'text', message: 'expected either text or parts' }
  const given = value.text === undefined ? value.parts : [{ type: 'text', text: value.text }]
  if (!Array.isArray(given) || given.length < 1 || given.length > MAX_PARTS)
    return { field: 'parts', message: `expected 1 to ${MAX_PARTS} parts` }
  if (meta !== undefined && isDeeper(meta, MAX_DEPTH)) return { field: 'meta', message: TOO_DEEP }
  if (isDeeper(given, MAX_DEPTH)) return { field: 'parts', message: TOO_DEEP }
  const parts: UserPart[] = []
  for (const [index, item] of given.entries()) {
    const field = value.text === undefined ? `parts[${index}]` : 'text'
    const part = decodePart(item)
    if (typeof part === 'string') return { field, message: part }
    parts.push(part)
  }
  if (parts.every((part) => part.type === 'text' && part.text === ''))
    return { field: value.text === undefined ? 'parts' : 'text', message: 'expected some content' }
  return meta === undefined ? { parts } : { parts, meta: wellFormed(meta) }
}

function decodeHello(value: Fields): Decoded {
  const { v, epoch, cursor, batch } = value
  if (typeof v !== 'number') return bad('v', 'expected the protocol version, a number')
  if (epoch !== undefined && typeof epoch !== 'string') return bad('epoch', 'expected a string')
  if (cursor !== undefined && !(Number.isSafeInteger(cursor) && (cursor as number) >= 0))
    return bad('cursor', 'expected a whole number from 0')
  if (batch !== undefined && typeof batch !== 'boolean')
    return bad('batch', 'expected true or false')
  return frame({
    type: 'hello',
    v,
    ...(epoch !== undefined && { epoch }),
    ...(cursor !== undefined && { cursor: cursor as number }),
    ...(batch !== undefined && { batch }),
  })
}

function decodeSend(value: Fields): Decoded {
  const { cid } = value
  if (!isCid(cid)) return bad('cid', 'expected 8 to 64 of A-Z a-z 0-9 _ -')
  const content = decodeContent(value)
  if ('field' in content) return bad(content.field, content.message, cid)
  return frame({ type: 'send', cid, ...content })
}

function decodePresence(state: Fields): Decoded {
  if (utf8Length(JSON.stringify(state)) > PRESENCE_BYTES)
    return bad('state', `expected at most ${PRESENCE_BYTES} bytes of JSON`)
  return frame({ type: 'presence', state })
}

function decodePage(value: Fields): Decoded {
  const { ref, before, limit } = value
  if (typeof ref !== 'string' || ref.length < 1 || ref.length > 64)
    return bad('ref', 'expected a string of 1 to 64 characters')
  if (!Number.isSafeInteger(before) || (before as number) < 1)
    return bad('before', 'expected a pos, a whole number from 1', ref)
  if (!Number.isSafeInteger(limit) || (limit as number) < 1 || (limit as number) > PAGE_LIMIT)
    return bad('limit', `expected a whole number from 1 to ${PAGE_LIMIT}`, ref)
  return frame({ type: 'page', ref, before: before as number, limit: limit as number })
}

/** The part without its unknown fields, or what is wrong with it. */
function decodePart(item: unknown): UserPart | string {
  if (!isObject(item)) return 'expected a part, an object'
  switch (item.type) {
    case 'text':
      if (typeof item.text !== 'string') return 'expected text to be a string'
      return { type: 'text', text: item.text.toWellFormed() }
    case 'file': {
      const { url, mediaType, name, size } = item
      if (typeof url !== 'string' || url === '') return 'expected url to be a string'
      if (typeof mediaType !== 'string') return 'expected mediaType to be a string'
      if (name !== undefined && typeof name !== 'string') return 'expected name to be a string'
      if (size !== undefined && !(Number.isSafeInteger(size) && (size as number) >= 0))
        return 'expected size to be a whole number of bytes'
      return wellFormed({
        type: 'file',
        url,
        mediaType,
        ...(name !== undefined && { name }),
        ...(size !== undefined && { size: size as number }),
      })
    }
    case 'data':
      if (typeof item.name !== 'string' || item.name === '') return 'expected name to be a string'
      if (item.value === undefined) return 'expected a value'
      return wellFormed({ type: 'data', name: item.name, value: item.value })
    default:
      return 'expected a part of type text, file or data'
  }
}

/** SQLite turns a lone surrogate into three replacement characters: mend it first, for all alike. */
function wellFormed<T>(value: T): T {
  const text = JSON.stringify(value)
  const mended = wellFormedJson(text)
  return mended === text ? value : JSON.parse(mended)
}

/** Text that `JSON.stringify` made, with U+FFFD for each lone surrogate, in keys and values. */
export function wellFormedJson(json: string): string {
  // Only a lone surrogate is written as such an escape; what is escaped itself is passed over.
  return json.replace(/\\(?:ud[0-9a-f]{3}|.)/g, (escaped) =>
    escaped.length > 2 ? '\ufffd' : escaped,
  )
}

const TOO_DEEP = `expected at most ${MAX_DEPTH} levels of nesting`

/** JSON that nests without bound would exhaust the stack of whoever writes it again. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1))
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= 128

const frame = (decoded: ClientFrame): Decoded => ({ kind: 'frame', frame: decoded })

const bad = (field: string, message: string, ref?: string): Decoded => ({
  kind: 'bad',
  field,
  message,
  ...(ref !== undefined && { ref }),
})
