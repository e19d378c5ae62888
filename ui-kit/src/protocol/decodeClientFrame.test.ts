import { describe, expect, test } from 'vitest'
import { decodeClientFrame } from './decodeClientFrame.ts'

const cid = 'abcdefgh'
const decode = (value: unknown) => decodeClientFrame(JSON.stringify(value))

describe('frames', () => {
  test.each([
    [{ type: 'hello', v: 1 }],
    [{ type: 'hello', v: 1, epoch: 'e', cursor: 0, batch: true }],
    [{ type: 'again', cid, id: 'm1' }],
    [{ type: 'cancel', id: 'm1' }],
    [{ type: 'page', ref: 'r', before: 1, limit: 100 }],
    [{ type: 'presence', state: { typing: true } }],
    [{ type: 'ping' }],
    [{ type: 'send', cid, parts: [{ type: 'text', text: 'hi' }], meta: { a: 1 } }],
    [{ type: 'send', cid, parts: [{ type: 'file', url: 'https://a', mediaType: 'image/png' }] }],
    [{ type: 'send', cid, parts: [{ type: 'data', name: 'vote', value: null }] }],
  ])('[W10] reads %j as it stands', (frame) => {
    expect(decode(frame)).toEqual({ kind: 'frame', frame })
  })

  test('reads the short form of a send as one text part', () => {
    expect(decode({ type: 'send', cid, text: 'hi' })).toEqual({
      kind: 'frame',
      frame: { type: 'send', cid, parts: [{ type: 'text', text: 'hi' }] },
    })
  })

  test('[W10] leaves unknown fields behind, in parts too', () => {
    const part = { type: 'text', text: 'hi', bold: true }
    expect(decode({ type: 'send', cid, parts: [part], author: 'somebody else' })).toEqual({
      kind: 'frame',
      frame: { type: 'send', cid, parts: [{ type: 'text', text: 'hi' }] },
    })
  })

  test.each([[null], [7], ['text'], [true], [[]], [[{ type: 'ping' }]], [{}], [{ type: 'shout' }]])(
    'hands on %j as a raw value: an array from a client is no batch',
    (value) => {
      expect(decode(value)).toEqual({ kind: 'raw', value })
    },
  )

  test('[S47] treats names of object internals as any other value', () => {
    for (const type of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      expect(decode({ type })).toEqual({ kind: 'raw', value: { type } })
    const value = JSON.parse('{"__proto__":{"type":"ping"}}')
    expect(decodeClientFrame('{"__proto__":{"type":"ping"}}')).toEqual({ kind: 'raw', value })
  })
})

describe('[W11] what is wrong is named by its field', () => {
  const file = { type: 'file', url: 'https://a', mediaType: 'image/png' }
  test.each<[unknown, string]>([
    [{ type: 'hello' }, 'v'],
    [{ type: 'hello', v: '1' }, 'v'],
    [{ type: 'hello', v: 1, epoch: 7 }, 'epoch'],
    [{ type: 'hello', v: 1, cursor: -1 }, 'cursor'],
    [{ type: 'hello', v: 1, cursor: 1.5 }, 'cursor'],
    [{ type: 'hello', v: 1, cursor: '4' }, 'cursor'],
    [{ type: 'hello', v: 1, cursor: 2 ** 53 }, 'cursor'],
    [{ type: 'hello', v: 1, batch: 'yes' }, 'batch'],
    [{ type: 'send', text: 'hi' }, 'cid'],
    [{ type: 'send', cid: 'short', text: 'hi' }, 'cid'],
    [{ type: 'send', cid: 'sp ace___', text: 'hi' }, 'cid'],
    [{ type: 'send', cid }, 'text'],
    [{ type: 'send', cid, text: '' }, 'text'],
    [{ type: 'send', cid, text: 7 }, 'text'],
    [{ type: 'send', cid, text: 'a', parts: [] }, 'text'],
    [{ type: 'send', cid, parts: [] }, 'parts'],
    [{ type: 'send', cid, parts: Array(33).fill({ type: 'text', text: 'a' }) }, 'parts'],
    [{ type: 'send', cid, parts: [{ type: 'text', text: '' }] }, 'parts'],
    [{ type: 'send', cid, parts: [file, null] }, 'parts[1]'],
    [{ type: 'send', cid, parts: [{ type: 'tool' }] }, 'parts[0]'],
    [{ type: 'send', cid, parts: [{ ...file, url: '' }] }, 'parts[0]'],
    [{ type: 'send', cid, parts: [{ ...file, mediaType: 7 }] }, 'parts[0]'],
    [{ type: 'send', cid, parts: [{ ...file, name: 7 }] }, 'parts[0]'],
    [{ type: 'send', cid, parts: [{ ...file, size: -1 }] }, 'parts[0]'],
    [{ type: 'send', cid, parts: [{ type: 'data', name: 'a' }] }, 'parts[0]'],
    [{ type: 'send', cid, parts: [{ type: 'data', value: 1 }] }, 'parts[0]'],
    [{ type: 'send', cid, text: 'a', meta: [] }, 'meta'],
    [{ type: 'again', id: 'm1' }, 'cid'],
    [{ type: 'again', cid }, 'id'],
    [{ type: 'cancel' }, 'id'],
    [{ type: 'cancel', id: 'x'.repeat(129) }, 'id'],
    [{ type: 'page', before: 1, limit: 1 }, 'ref'],
    [{ type: 'page', ref: 'r', before: 0, limit: 1 }, 'before'],
    [{ type: 'page', ref: 'r', before: 1, limit: 101 }, 'limit'],
    [{ type: 'presence' }, 'state'],
    [{ type: 'presence', state: [] }, 'state'],
    [{ type: 'presence', state: { a: 'é'.repeat(600) } }, 'state'],
  ])('%j', (value, field) => {
    expect(decode(value)).toMatchObject({ kind: 'bad', field })
  })

  test('text that is no JSON and binary frames are bad as a whole', () => {
    expect(decodeClientFrame('{')).toMatchObject({ kind: 'bad', field: '' })
    expect(decodeClientFrame('')).toMatchObject({ kind: 'bad', field: '' })
    expect(decodeClientFrame(new ArrayBuffer(2))).toMatchObject({ kind: 'bad', field: '' })
  })

  test('a readable cid or ref comes with the complaint, so that the sender can settle it', () => {
    expect(decode({ type: 'send', cid, text: '' })).toMatchObject({ ref: cid })
    expect(decode({ type: 'page', ref: 'r', before: 0, limit: 1 })).toMatchObject({ ref: 'r' })
  })

  test('[S44] deep nesting is a value like any other', () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000)
    expect(decodeClientFrame(deep).kind).not.toBe('frame')
  })
})

describe('text', () => {
  test('lone surrogates are replaced before anything is stored; SQLite would make three of each', () => {
    const lone = '{"type":"send","cid":"abcdefgh","text":"a\\ud800b"}'
    expect(decodeClientFrame(lone)).toMatchObject({
      frame: { parts: [{ type: 'text', text: 'a\ufffdb' }] },
    })
    const inData =
      '{"type":"send","cid":"abcdefgh","parts":[{"type":"data","name":"n","value":["\\udfff"]}]}'
    expect(decodeClientFrame(inData)).toMatchObject({
      frame: { parts: [{ type: 'data', name: 'n', value: ['\ufffd'] }] },
    })
    const inKeys = `{"type":"send","cid":"abcdefgh","text":"x","meta":{"\\ud800":"\\\\ud800😀"}}`
    expect(decodeClientFrame(inKeys)).toMatchObject({
      frame: { meta: { '\ufffd': '\\ud800😀' } },
    })
  })

  test('a presence state is mended and then weighed, so that what is told is what was weighed', () => {
    const lone = '{"type":"presence","state":{"\\ud800":"\\udfff😀"}}'
    expect(decodeClientFrame(lone)).toMatchObject({
      frame: { state: { '\ufffd': '\ufffd😀' } },
    })
    // As escapes these would be 1,800 bytes; as what they become they are 900.
    const many = `{"type":"presence","state":{"a":"${'\\ud800'.repeat(300)}"}}`
    expect(decodeClientFrame(many)).toMatchObject({ frame: { state: { a: '\ufffd'.repeat(300) } } })
  })

  test('NUL, right-to-left marks and four-byte characters stay', () => {
    const text = 'a\u0000b\u200f\u05d0😀'
    expect(decode({ type: 'send', cid, text })).toMatchObject({ frame: { parts: [{ text }] } })
  })
})
