import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from './defaultLimits.ts'
import { bytesLeft, isTooLarge, MESSAGE_MARGIN } from './isTooLarge.ts'

const text = (text: string) => ({ type: 'text', text }) as const
const { messageBytes } = DEFAULT_LIMITS

test('[W12] a message is as large as its texts in UTF-8: the limit itself passes', () => {
  for (const letter of ['x', 'é', '"', '\n', '🛰']) {
    const most = letter.repeat(messageBytes / new TextEncoder().encode(letter).length)
    expect(isTooLarge({ parts: [text(most)] }, DEFAULT_LIMITS), letter).toBe(false)
    expect(isTooLarge({ parts: [text(most), text('x')] }, DEFAULT_LIMITS), letter).toBe(true)
  }
})

test('[W12] other parts and meta count as JSON', () => {
  const data = { type: 'data', name: 'd', value: 'é' } as const
  const bytes = new TextEncoder().encode(JSON.stringify(data)).length + '{"a":1}'.length + 1
  const content = { parts: [data, text('x')], meta: { a: 1 } }
  expect(isTooLarge(content, { ...DEFAULT_LIMITS, messageBytes: bytes })).toBe(false)
  expect(isTooLarge(content, { ...DEFAULT_LIMITS, messageBytes: bytes - 1 })).toBe(true)
})

test('[W13] what JSON blows up beyond a frame of the server is too large, however short', () => {
  const content = { parts: [text('\u0001'.repeat(messageBytes))] }
  expect(isTooLarge(content, DEFAULT_LIMITS)).toBe(true)
  expect(isTooLarge(content, { ...DEFAULT_LIMITS, serverFrameBytes: 2_097_152 })).toBe(false)
})

test('[W12] what is written down beside parts and meta does not make a message larger', () => {
  const content = { parts: [text('x')], meta: { a: 1 } }
  const entry = { ...content, cid: 'c'.repeat(64), sentAtMs: 20_881.234 }
  const serverFrameBytes = MESSAGE_MARGIN + JSON.stringify(content).length
  const limits = { ...DEFAULT_LIMITS, serverFrameBytes }
  expect(bytesLeft(content, limits)).toBe(0)
  expect(bytesLeft(entry, limits)).toBe(0)
})
