import { expect, test, vi } from 'vitest'
import { ORIGIN, testEnv } from '../test/TestClient.ts'
import { createSessionApp } from './app.ts'
import type { SessionEvent } from './SessionEvent.ts'
import type { Turn } from './Turn.ts'

const events: SessionEvent[] = []
const env = { ...testEnv, SESSIONS: testEnv.PLAIN }
const app = createSessionApp({
  async *respond(turn: Turn, { SESSION_SECRET }) {
    yield `${turn.message.author.name}, the secret has ${SESSION_SECRET?.length} letters`
  },
  onEvent: (event) => {
    events.push(event)
    throw new Error('a hook that fails')
  },
})

const ask = async (path: string, init?: RequestInit) =>
  (await app.fetch(new Request(`${ORIGIN}/sessions/${path}`, init), env)).json()

test('respond and onEvent of createSessionApp serve the class as it is', async () => {
  const failed = vi.spyOn(console, 'error').mockImplementation(() => {})
  const body = JSON.stringify({ cid: 'a-cid-of-mine', text: 'hello' })
  await ask('with-options/do/messages?name=Ada', { method: 'POST', body })
  const texts = await vi.waitFor(async () => {
    const { messages } = (await ask('with-options/do/messages')) as { messages: never[] }
    expect(JSON.stringify(messages)).toContain('"done"')
    expect(messages).toHaveLength(2)
    return JSON.stringify(messages)
  })
  expect(texts).toContain(`Ada, the secret has ${testEnv.SESSION_SECRET?.length} letters`)
  await vi.waitFor(() => expect(events.map(({ type }) => type)).toEqual(['turn.end']))
  const told = failed.mock.calls.map(([line]) => JSON.parse(line))
  expect(told).toEqual([
    {
      event: 'onEvent.failed',
      session: 'with-options',
      error: 'Error: a hook that fails',
      stack: expect.stringContaining('options.test'),
    },
  ])
})

test('options that a second app brings would be lost, so they are refused', () => {
  expect(() => createSessionApp({ onEvent: () => {} })).toThrow(/given options twice/)
  expect(() => createSessionApp()).not.toThrow()
})
