import { isTooLarge } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { Answer, AnswerTooLarge } from './Answer.ts'

const limits = { messageBytes: 1_000, serverFrameBytes: 10_000 }

test('[W9] merges what came between two flushes into one change a part', () => {
  const answer = new Answer(limits)
  for (const text of ['a', '', 'b', { type: 'text', text: 'c' } as const]) answer.add(text)
  answer.add({ type: 'reasoning', text: 'hm' })
  expect(answer.take()).toEqual([
    { kind: 'text', part: 0, type: 'text', from: 0, text: 'abc' },
    { kind: 'text', part: 1, type: 'reasoning', from: 0, text: 'hm' },
  ])
  answer.add({ type: 'reasoning', text: '!' })
  expect(answer.take()).toEqual([{ kind: 'text', part: 1, type: 'reasoning', from: 2, text: '!' }])
  expect(answer.take(true)).toEqual([])
})

test('[W9] a part takes the place of the one with the same callId, name or url', () => {
  const answer = new Answer(limits)
  const tool = { type: 'tool', callId: 'c', name: 'look', state: 'input' } as const
  const input: Record<string, unknown> = { q: 1 }
  answer.add({ ...tool, input })
  input.q = 2
  answer.add({ type: 'data', name: 'd', value: 1 })
  answer.add({ type: 'file', url: 'u', mediaType: 'text/plain' })
  answer.add({ type: 'data', name: 'd', value: 2 })
  expect(answer.take()).toEqual([
    { kind: 'part', part: 0, value: { ...tool, input: { q: 1 } } },
    { kind: 'part', part: 1, value: { type: 'data', name: 'd', value: 2 } },
    { kind: 'part', part: 2, value: { type: 'file', url: 'u', mediaType: 'text/plain' } },
  ])
  answer.add({ ...tool, state: 'done' })
  expect(answer.take()).toEqual([{ kind: 'part', part: 0, value: { ...tool, state: 'done' } }])
})

test('[W6][S36] holds half a surrogate pair back until the other half, the next part or the end', () => {
  const answer = new Answer(limits)
  answer.add('a\ud83d')
  expect(answer.take()).toMatchObject([{ text: 'a' }])
  answer.add('\ude00\ud83d')
  expect(answer.take()).toMatchObject([{ from: 1, text: '😀' }])
  answer.add({ type: 'reasoning', text: '\ud83d' })
  expect(answer.take()).toMatchObject([{ part: 0, from: 3, text: '\ufffd' }])
  expect(answer.take(true)).toMatchObject([{ part: 1, from: 0, text: '\ufffd' }])
})

test('[W9] weighs what it holds as the message of a person is weighed', () => {
  const tool = { type: 'tool', callId: 'c', name: 'look', state: 'input' } as const
  const done = { ...tool, state: 'done' } as const
  const events = [{ type: 'reasoning', text: 'é\n' }, tool, '"é', '🛰'] as const
  const parts = [events[0], done, { type: 'text', text: '"é🛰' }] as const
  const fits = (messageBytes: number) => {
    const answer = new Answer({ ...limits, messageBytes })
    for (const event of [...events, done]) answer.add(event)
  }
  let bytes = 50
  while (isTooLarge({ parts }, { ...limits, messageBytes: bytes })) bytes++
  expect(bytes).toBeGreaterThan(60)
  fits(bytes + 1)
  expect(() => fits(bytes - 2)).toThrow(AnswerTooLarge)
})

test('[W13] never outgrows a frame of the server, however JSON escapes it', () => {
  const answer = new Answer({ messageBytes: 10_000, serverFrameBytes: 8_192 })
  for (let i = 0; i < 10; i++) answer.add('\u0001'.repeat(100))
  expect(() => answer.add('\u0001'.repeat(100))).toThrow(AnswerTooLarge)
})

test('[W9] refuses what is no part', () => {
  const answer = new Answer({ ...limits, messageBytes: 120 })
  expect(() => answer.add({ type: 'text', text: 7 } as never)).toThrow(TypeError)
  expect(() => answer.add({ type: 'data', name: 'x', value: 1n } as never)).toThrow(TypeError)
})
