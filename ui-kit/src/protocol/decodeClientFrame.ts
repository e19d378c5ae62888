/**
 * What a client said: a frame, a value to echo, or what is wrong with it (W11).
 *
 * Never throws; every field is checked, unknown fields are left behind (W10),
 * and lone surrogates are replaced before anything is stored or sent on. Used
 * by the server and by the fake server, so that both refuse the same frames.
 */

import { contentFault, isDeeper, isObject, type Said, TOO_DEEP } from './contentFault.ts'
import type { ClientFrame, Meta, UserPart } from './frames.ts'
import { isCid } from './ids.ts'
import { MAX_DEPTH, PAGE_LIMIT, PRESENCE_BYTES } from './limits.ts'
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
      if (isDeeper(value.state, MAX_DEPTH)) return bad('state', `expected ${TOO_DEEP}`)
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
  const { text, parts, meta } = value
  const isShort = text !== undefined
  if (isShort === (parts !== undefined))
    return { field: 'text', message: 'expected either text or parts' }
  const content = { parts: isShort ? [{ type: 'text', text }] : parts, meta } as Said
  const fault = contentFault(content)
  if (fault) return isShort && fault.field !== 'meta' ? { ...fault, field: 'text' } : fault
  const decoded = content.parts.map(decodePart)
  return meta === undefined
    ? { parts: decoded }
    : { parts: decoded, meta: wellFormed(meta as Meta) }
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

/** The part without its unknown fields; the others are as they should be. */
function decodePart(part: UserPart): UserPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text.toWellFormed() }
    case 'file': {
      const { url, mediaType, name, size } = part
      return wellFormed({
        type: 'file',
        url,
        mediaType,
        ...(name !== undefined && { name }),
        ...(size !== undefined && { size }),
      })
    }
    case 'data':
      return wellFormed({ type: 'data', name: part.name, value: part.value })
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

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= 128

const frame = (decoded: ClientFrame): Decoded => ({ kind: 'frame', frame: decoded })

const bad = (field: string, message: string, ref?: string): Decoded => ({
  kind: 'bad',
  field,
  message,
  ...(ref !== undefined && { ref }),
})
