import { beforeEach, expect, test } from 'vitest'
import type { Part } from '../protocol/index.ts'
import { createFakeServer, type FakeServer, type FakeServerOptions } from './createFakeServer.ts'
import { createManualClock, type ManualClock } from './createManualClock.ts'
import { createRawClient } from './createRawClient.ts'

let clock: ManualClock
let server: FakeServer

function start(options: FakeServerOptions = {}): void {
  clock = createManualClock()
  server = createFakeServer({ clock, ...options })
}

function join(query = 'guest=0123456789abcdef') {
  const client = createRawClient(server, 'room', query)
  clock.advance(0)
  client.say({ type: 'hello', v: 1, batch: true })
  clock.advance(0)
  client.heard()
  return client
}

const send = (cid: string, text = cid) => ({ type: 'send', cid, text })
const answers = () => server.session('room').messages.filter(({ role }) => role === 'assistant')

beforeEach(() => start({ agent: ({ parts }) => parts }))

test('[W5] message, ack and the beginning of the turn leave together', () => {
  const ada = join()
  ada.say(send('cid-0001', 'Say this back to me.'))
  clock.advance(0)
  expect(ada.heard()).toEqual([
    'msg:1 user done',
    'ack:cid-0001',
    'msg:2 assistant streaming',
    'status:working',
  ])
  expect(ada.texts).toHaveLength(2)
  clock.advance(1000)
  expect(ada.heard()).toEqual(['part', 'delta:0 from 12', 'msg:3 assistant done', 'status:idle'])
  expect(answers()).toMatchObject([{ parts: [{ text: 'Say this back to me.' }], state: 'done' }])
})

test('[W9] at most 20 frames a second, whatever the speed, and no half of a pair', () => {
  const ada = join()
  const text = '👩‍🚀 and 𝒶 lot of words. '.repeat(400)
  server.session('room').stream(text, { tokensPerSecond: 1000, chunk: 3 })
  clock.advance(0)
  const before = ada.texts.length
  clock.advance(1000)
  expect(ada.texts.length - before).toBe(20)
  clock.advance(60_000)
  const grown = ada.all('part').map((frame) => (frame.value as { text: string }).text)
  const deltas = ada.all('delta').map((frame) => frame.text)
  expect(deltas.every((delta) => delta.isWellFormed())).toBe(true)
  expect([...grown, ...deltas].join('')).toBe(text)
})

test('[W9] who joins in the middle of a stream sees what the others have seen', () => {
  const ada = join()
  server.session('room').stream('one two three four five six', { tokensPerSecond: 20 })
  clock.advance(160)
  const ben = join('guest=fedcba9876543210')
  clock.advance(5000)
  const [sync] = ben.all('sync')
  const seen = sync?.messages.at(-1)?.parts[0] as { text: string }
  expect(seen.text).toBe('one two thre')
  const [next] = ben.all('delta')
  expect(next?.from).toBe(seen.text.length)
  expect(ben.all('msg').at(-1)?.message).toEqual(ada.all('msg').at(-1)?.message)
})

test('parts of all kinds are added, and a tool is seen running before it is done', () => {
  const parts: Part[] = [
    { type: 'reasoning', text: 'Let me think.' },
    { type: 'tool', callId: 'c1', name: 'clock', state: 'done', input: {}, output: '12:00' },
    { type: 'data', name: 'chart', value: [1, 2] },
    { type: 'file', url: 'https://example.com/a.png', mediaType: 'image/png' },
    { type: 'text', text: 'It is noon.' },
  ]
  const ada = join()
  server.session('room').stream(parts)
  clock.advance(10_000)
  expect(answers()).toMatchObject([{ parts, state: 'done' }])
  const tools = ada.all('part').flatMap(({ value }) => (value.type === 'tool' ? [value.state] : []))
  expect(tools).toEqual(['running', 'done'])
})

test('[W7] cancel ends a stream once; of an ended one it is nothing', () => {
  const ada = join()
  ada.say(send('cid-0001', 'a long story that never ends'))
  clock.advance(100)
  const id = answers()[0]?.id ?? ''
  ada.heard()
  ada.say({ type: 'cancel', id })
  ada.say({ type: 'cancel', id })
  clock.advance(5000)
  expect(ada.heard()).toEqual(['msg:3 assistant cancelled', 'status:idle'])
})

test('[W7] a closing socket cancels nothing', () => {
  const ada = join()
  ada.say(send('cid-0001', 'go on without me'))
  clock.advance(60)
  server.drop()
  clock.advance(5000)
  expect(answers()).toMatchObject([{ state: 'done', parts: [{ text: 'go on without me' }] }])
})

test('turns run one after the other; a waiting one can be taken away', () => {
  const ada = join()
  for (const cid of ['cid-0001', 'cid-0002', 'cid-0003']) ada.say(send(cid))
  clock.advance(0)
  const second = ada.all('ack')[1]?.id ?? ''
  ada.say({ type: 'cancel', id: second })
  clock.advance(10_000)
  const asked = ada.all('ack').map((frame) => frame.id)
  expect(answers().map((message) => message.replyTo)).toEqual([asked[0], asked[2]])
})

test('again gives the same message another answer, but one at a time', () => {
  const ada = join()
  ada.say(send('cid-0001'))
  clock.advance(5000)
  const id = answers()[0]?.id ?? ''
  ada.heard()
  ada.say({ type: 'again', cid: 'cid-0002', id })
  ada.say({ type: 'again', cid: 'cid-0002', id })
  ada.say({ type: 'again', cid: 'cid-0003', id })
  ada.say({ type: 'again', cid: 'cid-0004', id: 'nobody' })
  ada.say({ type: 'cancel', id: 'nobody' })
  clock.advance(0)
  expect(ada.heard()).toEqual([
    'ack:cid-0002',
    'msg:4 assistant streaming',
    'status:working',
    'ack:cid-0002 dup',
    'nack:cid-0003 busy',
    'nack:cid-0004 not_found',
    'error:not_found',
  ])
  clock.advance(5000)
  expect(answers().map((message) => message.replyTo)).toEqual([
    ada.all('ack')[0]?.id,
    ada.all('ack')[0]?.id,
  ])
})

test('[W15] an answer that streams keeps a session awake; asleep it keeps what is stored', () => {
  const room = server.session('room')
  const answer = room.stream('a long answer '.repeat(10))
  expect(room.sleep()).toBe(false)
  answer.fail()
  const { messages } = room
  expect(room.sleep()).toBe(true)
  expect(room.messages).toEqual(messages)
})

test('[W8] a restart interrupts once, keeps the text, and waiting turns run', () => {
  const ada = join()
  ada.say(send('cid-0001', 'one two three four five six seven'))
  ada.say(send('cid-0002', 'next'))
  clock.advance(100)
  server.restart(5000)
  clock.advance(0)
  expect(ada.events).toEqual(['open', 'error', 'close 1006'])
  const early = createRawClient(server)
  clock.advance(4999)
  expect(early.events).toEqual(['error', 'close 1006'])
  clock.advance(10_000)
  expect(answers()).toMatchObject([
    { state: 'interrupted', parts: [{ text: expect.stringMatching(/^one two/) }] },
    { state: 'done', parts: [{ text: 'next' }] },
  ])
})

test('a slow stream is slow, a failing one breaks off halfway and says so', () => {
  const ada = join()
  server.slowStream(5)
  server.failingStream()
  ada.say(send('cid-0001', 'twenty characters..'))
  clock.advance(350)
  expect(answers()).toMatchObject([{ state: 'streaming', parts: [{ text: 'twen' }] }])
  clock.advance(5000)
  expect(answers()).toMatchObject([
    { state: 'error', error: { code: 'agent_failed' }, parts: [{ text: 'twenty chara' }] },
  ])
  expect(ada.heard().at(-1)).toBe('status:error')
})

test('a stream in the hand of a test: pause, resume, fail, done', async () => {
  const room = server.session('room')
  const stream = room.stream('never to be finished', { tokensPerSecond: 20 })
  clock.advance(50)
  stream.pause()
  clock.advance(10_000)
  expect(room.messages[0]?.parts).toEqual([{ type: 'text', text: 'neve' }])
  stream.resume()
  clock.advance(50)
  stream.fail('out of words')
  stream.resume()
  clock.advance(10_000)
  expect(await stream.done).toMatchObject({
    state: 'error',
    error: { message: 'out of words' },
    parts: [{ text: 'never to' }],
  })
  expect(room.head).toBe(2)
})

test.each(['wipe', 'delete'] as const)(
  'a stream ends with its log: after %s nothing of it can be resumed',
  async (lose) => {
    const clock = createManualClock()
    const room = createFakeServer({ clock }).session('room')
    const stream = room.stream('never heard to the end', { tokensPerSecond: 20 })
    clock.advance(100)
    stream.pause()
    room[lose]()
    stream.resume()
    stream.fail()
    clock.advance(10_000)
    expect(room.messages).toEqual([])
    expect(await stream.done).toMatchObject({ id: stream.id, state: 'streaming' })
  },
)

test('an agent that throws fails its answer, and the next turn runs', () => {
  start({
    agent({ parts }) {
      if (answers().length === 0) throw new Error('for the operator')
      return parts
    },
  })
  const ada = join()
  ada.say(send('cid-0001'))
  ada.say(send('cid-0002', 'whole'))
  clock.advance(1_000)
  expect(answers()).toMatchObject([
    { state: 'error', error: { code: 'agent_failed' }, parts: [] },
    { state: 'done', parts: [{ text: 'whole' }] },
  ])
  expect(JSON.stringify(answers())).not.toContain('operator')
})

test('an agent that has nothing to say starts no turn', () => {
  start({ agent: () => null })
  const ada = join()
  ada.say(send('cid-0001'))
  clock.advance(1000)
  expect(ada.heard()).toEqual(['msg:1 user done', 'ack:cid-0001'])
})

test.each<[string, unknown]>([
  ['a promise', Promise.resolve('later')],
  ['a number', 5],
  ['a speed without an answer', { tokensPerSecond: 5 }],
  ['a speed with a promise', { answer: Promise.resolve('later'), tokensPerSecond: 5 }],
])('an agent that returns %s is told what to return, and nothing streams', (_name, answer) => {
  start({ agent: () => answer as string })
  const ada = join()
  ada.say(send('cid-0001'))
  expect(() => clock.advance(0)).toThrow('an answer is a text or an array of parts, at once')
  expect(() => server.session('room').stream(answer as string)).toThrow('got [object ')
  clock.advance(1_000)
  expect(answers()).toEqual([])
  expect(ada.heard()).toEqual(['msg:1 user done', 'ack:cid-0001'])
})
