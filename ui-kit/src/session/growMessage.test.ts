import { describe, expect, test } from 'vitest'
import type { Part } from '../protocol/index.ts'
import { growText, setPart } from './growMessage.ts'
import type { FeedMessage } from './Session.ts'

const streaming = (...parts: Part[]): FeedMessage => ({
  key: 'k',
  id: 'k',
  pos: 1,
  seq: 1,
  role: 'assistant',
  author: { id: 'agent', name: 'Agent' },
  state: 'streaming',
  parts,
  createdAt: 0,
  delivery: 'stored',
})
const abc = streaming({ type: 'text', text: 'abc' })
const delta = (part: number, from: number, text: string) =>
  ({ type: 'delta', id: 'k', part, from, text }) as const
const grown = (row: FeedMessage | 'gap') => (row === 'gap' ? row : row.parts)

describe('[W6][S35] a delta', () => {
  test('appends at the end, and its overlap is cut off', () => {
    expect(grown(growText(abc, delta(0, 3, 'de')))).toEqual([{ type: 'text', text: 'abcde' }])
    expect(grown(growText(abc, delta(0, 1, 'bcde')))).toEqual([{ type: 'text', text: 'abcde' }])
  })
  test('that says nothing new changes nothing', () => {
    expect(growText(abc, delta(0, 0, 'abc'))).toBe(abc)
    expect(growText(abc, delta(0, 1, 'b'))).toBe(abc)
  })
  test('from further on, or for a part too far, means a gap', () => {
    expect(growText(abc, delta(0, 4, 'e'))).toBe('gap')
    expect(growText(abc, delta(2, 0, 'x'))).toBe('gap')
    expect(growText(abc, delta(1, 1, 'x'))).toBe('gap')
    const tool = streaming({ type: 'tool', callId: '1', name: 't', state: 'running' })
    expect(growText(tool, delta(0, 0, 'x'))).toBe('gap')
  })
  test('from 0 may begin the next part, and reasoning grows as reasoning', () => {
    expect(grown(growText(abc, delta(1, 0, 'x')))).toEqual([
      { type: 'text', text: 'abc' },
      { type: 'text', text: 'x' },
    ])
    const thinking = streaming({ type: 'reasoning', text: 'a' })
    expect(grown(growText(thinking, delta(0, 1, 'b')))).toEqual([{ type: 'reasoning', text: 'ab' }])
  })
})

test('[W6] a part is added or replaced as a whole; one too far means a gap', () => {
  const value: Part = { type: 'data', name: 'n', value: 1 }
  const frame = (part: number) => ({ type: 'part', id: 'k', part, value }) as const
  expect(grown(setPart(abc, frame(1)))).toEqual([{ type: 'text', text: 'abc' }, value])
  expect(grown(setPart(abc, frame(0)))).toEqual([value])
  expect(setPart(abc, frame(2))).toBe('gap')
})
