import { expect, test } from 'vitest'
import { decodeServerFrames } from './decodeServerFrames.ts'

test('reads one frame, and a batch in its order', () => {
  expect(decodeServerFrames('{"type":"pong"}')).toEqual([{ type: 'pong' }])
  expect(decodeServerFrames('[{"type":"status","state":"idle"},{"type":"pong"}]')).toEqual([
    { type: 'status', state: 'idle' },
    { type: 'pong' },
  ])
})

test('[F69] tells malformed text by undefined and never throws', () => {
  expect(decodeServerFrames('{"type":')).toBeUndefined()
  expect(decodeServerFrames('')).toBeUndefined()
})

test('[W10] keeps types it does not know, and drops what has none', () => {
  expect(decodeServerFrames('[{"type":"new"},7,null,{}]')).toEqual([{ type: 'new' }])
})
