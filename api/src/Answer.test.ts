import { isTooLarge } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { Answer, AnswerTooLarge } from './Answer.ts'
import type { TurnEvent } from './Turn.ts'

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

test('[W9] text and reasoning that alternate are two parts, until another kind stands behind', () => {
  const answer = new Answer(limits)
  const alternate = () => {
    for (let i = 0; i < 20; i++) {
      answer.add({ type: 'reasoning', text: 'r' })
      answer.add('t')
    }
  }
  alternate()
  expect(answer.take()).toEqual([
    { kind: 'text', part: 0, type: 'reasoning', from: 0, text: 'r'.repeat(20) },
    { kind: 'text', part: 1, type: 'text', from: 0, text: 't'.repeat(20) },
  ])
  alternate()
  answer.add({ type: 'data', name: 'd', value: 1 })
  answer.add('behind')
  answer.add({ type: 'data', name: 'd', value: 2 })
  answer.add('!')
  expect(answer.take()).toEqual([
    { kind: 'text', part: 0, type: 'reasoning', from: 20, text: 'r'.repeat(20) },
    { kind: 'text', part: 1, type: 'text', from: 20, text: 't'.repeat(20) },
    { kind: 'part', part: 2, value: { type: 'data', name: 'd', value: 2 } },
    { kind: 'text', part: 3, type: 'text', from: 0, text: 'behind!' },
  ])
})

test('[W6][S36] holds half a surrogate pair back while its part may grow', () => {
  const answer = new Answer(limits)
  answer.add('a\ud83d')
  expect(answer.take()).toMatchObject([{ text: 'a' }])
  answer.add('\ude00\ud83d')
  expect(answer.take()).toMatchObject([{ from: 1, text: '😀' }])
  answer.add({ type: 'reasoning', text: '\ud83d' })
  expect(answer.take()).toEqual([])
  answer.add('\ude01')
  expect(answer.take()).toMatchObject([{ part: 0, from: 3, text: '😁' }])
  answer.add('\ud83d')
  answer.add({ type: 'data', name: 'd', value: 1 })
  expect(answer.take()).toMatchObject([
    { part: 0, from: 5, text: '\ufffd' },
    { part: 1, from: 0, text: '\ufffd' },
    { part: 2 },
  ])
  answer.add('\ud83d')
  expect(answer.take()).toEqual([])
  expect(answer.take(true)).toMatchObject([{ part: 3, from: 0, text: '\ufffd' }])
})

test('[W6] a part is not given out before the one in front of it, be that half a pair', () => {
  const answer = new Answer(limits)
  answer.add('\ud83d')
  answer.add({ type: 'reasoning', text: 'hm' })
  expect(answer.take()).toEqual([
    { kind: 'text', part: 0, type: 'text', from: 0, text: '' },
    { kind: 'text', part: 1, type: 'reasoning', from: 0, text: 'hm' },
  ])
  expect(answer.take()).toEqual([])
  answer.add('\ude00')
  expect(answer.take()).toEqual([{ kind: 'text', part: 0, type: 'text', from: 0, text: '😀' }])
})

test('[S49] half a surrogate pair in a part that is no text becomes U+FFFD, keys and all', () => {
  const answer = new Answer(limits)
  answer.add({ type: 'data', name: 'd', value: { 'k\ud83d': ['\ude00v', '\\ud83d', '😀\n'] } })
  const part = { type: 'data', name: 'd', value: { 'k\ufffd': ['\ufffdv', '\\ud83d', '😀\n'] } }
  expect(answer.take()).toEqual([{ kind: 'part', part: 0, value: part }])
})

test('[S42] of text that does not fit, what fits is kept, and no half of a pair', () => {
  const kept = (limit: Partial<typeof limits>, ...events: TurnEvent[]) => {
    const answer = new Answer({ ...limits, ...limit })
    for (const event of events.slice(0, -1)) answer.add(event)
    expect(() => answer.add(events.at(-1) as TurnEvent)).toThrow(AnswerTooLarge)
    return answer.take(true).map((change) => ('text' in change ? change.text : change.value.type))
  }
  expect(kept({}, 'x'.repeat(2_000))).toEqual(['x'.repeat(1_000)])
  expect(kept({}, 'ab', 'é'.repeat(600))).toEqual([`ab${'é'.repeat(499)}`])
  expect(kept({}, 'abc', '😀'.repeat(300))).toEqual([`abc${'😀'.repeat(249)}`])
  expect(kept({ messageBytes: 9_000, serverFrameBytes: 5_720 }, '\u0001'.repeat(200))).toEqual([
    '\u0001'.repeat(95),
  ])
  expect(kept({}, 'x'.repeat(1_000), { type: 'reasoning', text: 'y' })).toEqual(['x'.repeat(1_000)])
  expect(kept({}, 'x', { type: 'data', name: 'd', value: 'y'.repeat(1_000) })).toEqual(['x'])
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
  for (let i = 0; i < 5; i++) answer.add('\u0001'.repeat(100))
  expect(() => answer.add('\u0001'.repeat(100))).toThrow(AnswerTooLarge)
  const message = { parts: answer.take(true).map((change) => ({ type: 'text', ...change })) }
  expect(JSON.stringify(message).length).toBeLessThan(8_192)
})

test('[W11] refuses what is no part, says why and what to do, and keeps the text', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)
  const tool = { type: 'tool', callId: 'c', name: 'look', state: 'done' }
  const data = { type: 'data', name: 'x', value: 1 }
  const wrong: [why: RegExp, event: unknown][] = [
    [/neither a string nor an object/, ['text']],
    [/neither a string nor an object/, null],
    [/neither a string nor an object/, undefined],
    [/text of text is no string/, { type: 'text', text: 7 }],
    [/text of reasoning is no string/, { type: 'reasoning' }],
    [/no type of a part/, { type: 'image' }],
    [/no type of a part/, { ...data, toJSON: () => null }],
    [/no type of a part/, { ...data, value: 1n }],
    [/no type of a part/, { ...data, value: circle }],
    [/callId/, { ...tool, callId: undefined }],
    [/name/, { ...tool, name: '' }],
    [/state/, { ...tool, state: 'finished' }],
    [/error/, { ...tool, error: new Error('x') }],
    [/a value/, { ...data, value: undefined }],
    [/mediaType/, { type: 'file', url: 'u' }],
    [/deeper than 64 levels/, { ...data, value: deep(63) }],
    [/deeper than 64 levels|no type/, { ...tool, output: deep(4_500) }],
  ]
  for (const [why, event] of wrong) {
    const answer = new Answer(limits)
    answer.add('kept')
    const add = () => answer.add(event as TurnEvent)
    expect(add).toThrow(TypeError)
    expect(add).toThrow(why)
    expect(add).toThrow(/Yield a string, or a part of type/)
    expect(answer.take(true)).toMatchObject([{ text: 'kept' }])
  }
  const answer = new Answer(limits)
  answer.add({ type: 'data', name: 'x', value: deep(62) })
  expect(answer.take()).toHaveLength(1)
})
