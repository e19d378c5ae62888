import type { Message, Part } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { AgentError } from '../Turn.ts'
import { promptOf } from './promptOf.ts'

const LIMITS = { historyMessages: 50, historyCharacters: 1_000 }

let pos = 0
function says(name: string, said: string | Part[], state: Message['state'] = 'done'): Message {
  pos += 1
  const parts: Part[] = typeof said === 'string' ? [{ type: 'text', text: said }] : said
  const role = name === 'Agent' ? 'assistant' : 'user'
  const author = { id: name, name }
  return { id: `m${pos}`, pos, seq: pos, role, author, state, parts, createdAt: 0 }
}

const promptFor = (messages: Message[], limits: Partial<typeof LIMITS> = {}) => {
  const history = messages.slice(0, -1)
  const message = messages.at(-1) as Message
  return promptOf({ history, message }, { ...LIMITS, ...limits })
}

test('the question is last, and what was said before it comes in order', () => {
  const prompt = promptFor([says('Ada', 'one'), says('Agent', 'two'), says('Ada', 'three')])
  expect(prompt).toEqual([
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'two' },
    { role: 'user', content: 'three' },
  ])
})

test('names are told where more than one person speaks', () => {
  const prompt = promptFor([says('Ada', 'one'), says('Agent', 'two'), says('Bob', 'three')])
  expect(prompt.map(({ content }) => content)).toEqual(['Ada: one', 'two', 'Bob: three'])
})

test('roles alternate, and an answer does not begin', () => {
  const prompt = promptFor([
    says('Agent', 'welcome'),
    says('Ada', 'one'),
    says('Ada', 'two'),
    says('Agent', 'three'),
    says('Agent', [], 'cancelled'),
    says('Agent', 'four', 'interrupted'),
    says('Ada', 'five'),
  ])
  expect(prompt).toEqual([
    { role: 'user', content: 'one\n\ntwo' },
    { role: 'assistant', content: 'three\n\nfour' },
    { role: 'user', content: 'five' },
  ])
})

test('reasoning and tools stay out, files are named and not fetched, data is told', () => {
  const answer = says('Agent', [
    { type: 'reasoning', text: 'hm' },
    { type: 'tool', callId: 'c', name: 'look', state: 'done', output: 'secret' },
    { type: 'text', text: 'an answer' },
  ])
  const url = 'https://files.example/a.png'
  const prompt = promptFor([
    says('Ada', 'a question'),
    answer,
    says('Ada', [
      { type: 'file', url, mediaType: 'image/png', name: 'a.png' },
      { type: 'file', url, mediaType: 'image/gif' },
      { type: 'data', name: 'place', value: { x: 1 } },
    ]),
  ])
  expect(prompt.slice(1)).toEqual([
    { role: 'assistant', content: 'an answer' },
    {
      role: 'user',
      content: '[file a.png, image/png]\n\n[file without a name, image/gif]\n\n[place] {"x":1}',
    },
  ])
})

test('the newest messages are kept, as many as allowed', () => {
  const messages = Array.from({ length: 9 }, (_, i) => says(i % 2 ? 'Agent' : 'Ada', `${i}`))
  const contents = (limit: number) =>
    promptFor(messages, { historyMessages: limit }).map(({ content }) => content)
  expect(contents(3)).toEqual(['6', '7', '8'])
  expect(contents(2)).toEqual(['8'])
  expect(contents(1)).toEqual(['8'])
})

test('characters are counted to the exact one, and a message comes whole or not at all', () => {
  const messages = [says('Ada', 'x'.repeat(10)), says('Agent', 'y'.repeat(10)), says('Ada', 'zz')]
  const lengths = (historyCharacters: number) =>
    promptFor(messages, { historyCharacters }).map(({ content }) => content.length)
  expect(lengths(22)).toEqual([10, 10, 2])
  expect(lengths(21)).toEqual([2])
  expect(lengths(2)).toEqual([2])
  expect(() => lengths(1)).toThrow(AgentError)
  expect(() => lengths(1)).toThrow('1 characters')
})
