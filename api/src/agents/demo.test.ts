import type { Message, Part } from '@session-kit/ui-kit/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Turn, TurnEvent } from '../Turn.ts'
import { ANSWERS } from './answers.ts'
import { demo } from './demo.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const message = (text: string): Message => ({
  id: 'm',
  pos: 1,
  seq: 1,
  role: 'user',
  author: { id: 'u', name: 'U' },
  state: 'done',
  parts: [{ type: 'text', text }],
  createdAt: 0,
})

/** Everything the agent yields, however long it takes. */
async function answer(
  text: string,
  signal = new AbortController().signal,
  history: Message[] = [],
) {
  const details: (string | undefined)[] = []
  const turn: Turn = { message: message(text), history, signal, status: (it) => details.push(it) }
  const events: TurnEvent[] = []
  let error: unknown
  const run = (async () => {
    for await (const event of demo(turn)) events.push(event)
  })().catch((cause) => {
    error = cause
  })
  await vi.advanceTimersByTimeAsync(2_000_000)
  await run
  const said = events.map((event) => (typeof event === 'string' ? event : '')).join('')
  return { events, said, details, error }
}

const parts = (events: TurnEvent[], type: Part['type']) =>
  events.filter((event) => typeof event === 'object' && event.type === type)

test('streams a text word by word, and another question gets another one', async () => {
  const [one, two, none] = [
    await answer('How does resume work?'),
    await answer('how do I use the hook'),
    await answer('xyzzy'),
  ]
  expect(one.events.length).toBeGreaterThan(50)
  expect(new Set([one.said, two.said, none.said]).size).toBe(3)
  expect((await answer('plugh')).said).not.toBe(none.said)
})

test('every text it knows can be asked for, and says Markdown', () => {
  for (const { words, text } of ANSWERS) {
    expect(text).toMatch(/^## /)
    expect(words.test(text), text.slice(0, 40)).toBe(true)
  }
})

test('what /help offers, and what is plainly asked, gets the text that it is about', async () => {
  const { said } = await answer('/help')
  const offered = [...said.matchAll(/^- (?:or )?(.+)[,.]$/gm)].map(([, question = '']) => question)
  const asked = [
    ...offered,
    'How do I use tickets?',
    'who gets in?',
    'How do I use my own model?',
    'How do I use an agent of my own',
    'How do I start the server?',
    'Does it use websockets?',
    'What do I install?',
    'What happens to a message when the server dies?',
  ]
  const headings = asked.map(
    (question) =>
      ANSWERS.find(({ words }) => words.test(question))?.text.match(/^## (.*)/)?.[1] ?? question,
  )
  expect(headings).toEqual([
    'The promise',
    'How resume works',
    'Using the hook',
    'On the wire',
    'The server, and how it sleeps',
    'An agent of your own',
    'Who gets in',
    'Who gets in',
    'Who gets in',
    'An agent of your own',
    'An agent of your own',
    'The server, and how it sleeps',
    'On the wire',
    'Using the hook',
    'The promise',
  ])
})

test('/long gives all of them, /help names the commands', async () => {
  const { said } = await answer('/long resume')
  for (const { text } of ANSWERS) expect(said).toContain(text.trim())
  const { said: help } = await answer('/help')
  for (const command of ['/long', '/slow', '/tool', '/reason', '/fail'])
    expect(help).toContain(command)
})

test('/slow takes its time', async () => {
  const pace = async (text: string) => {
    const startMs = Date.now()
    const events: TurnEvent[] = []
    const turn: Turn = {
      message: message(text),
      history: [],
      signal: new AbortController().signal,
      status: () => {},
    }
    const generator = demo(turn)
    for (let i = 0; i < 20; i++) {
      const next = generator.next()
      await vi.advanceTimersToNextTimerAsync()
      events.push((await next).value as TurnEvent)
    }
    return Date.now() - startMs
  }
  const [usual, slow] = [await pace('resume'), await pace('/slow resume')]
  expect(slow).toBeGreaterThan(3 * usual)
})

test('/tool calls a tool from input to done, then speaks of what it found', async () => {
  const { events, said, details } = await answer('/tool', undefined, [message('a'), message('b')])
  expect(parts(events, 'tool').map((part) => (part as { state: string }).state)).toEqual([
    'input',
    'running',
    'done',
  ])
  expect(parts(events, 'tool').at(-1)).toMatchObject({ output: { messages: 2, people: 1 } })
  expect(said).toContain('2 earlier messages; 1 person had')
  const [one, none] = [await answer('/tool', undefined, [message('a')]), await answer('/tool')]
  expect(one.said).toContain('1 earlier message; 1 person had')
  expect(none.said).toContain('I was given no earlier one')
  expect(details).toEqual(['counting messages', undefined])
})

test('[W6] /reason quotes a long question without halving a character', async () => {
  const { events } = await answer(`/reason ${'a'.repeat(79)}😀 and more`)
  const said = parts(events, 'reasoning').map((part) => Object(part).text)
  expect(said.join('')).toContain(`${'a'.repeat(79)}”`)
})

test('/reason reasons first', async () => {
  const { events } = await answer('/reason resume')
  const first = events.findIndex((event) => typeof event === 'string')
  expect(first).toBe(parts(events, 'reasoning').length)
  expect(first).toBeGreaterThan(5)
})

test('/fail breaks off in the middle', async () => {
  const { said, error } = await answer('/fail resume')
  expect(said.length).toBeGreaterThan(50)
  expect(error).toBeInstanceOf(Error)
})

test('stops at once when the turn is cancelled', async () => {
  const abort = new AbortController()
  const generator = demo({
    message: message('/slow resume'),
    history: [],
    signal: abort.signal,
    status: () => {},
  })
  const next = generator.next()
  await vi.advanceTimersByTimeAsync(1)
  abort.abort()
  expect(await next).toEqual({ value: undefined, done: true })
  expect(vi.getTimerCount()).toBe(0)
})
