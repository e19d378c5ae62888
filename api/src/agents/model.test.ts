import type { Message } from '@session-kit/ui-kit/protocol'
import { jsonSchema, tool } from 'ai'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { calls, ends, event, KEY, says, scriptedModel, thinks } from '../../test/scriptedModel.ts'
import type { AgentError, TurnEvent } from '../Turn.ts'
import { type ModelOptions, model } from './model.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const message = (text: string): Message => ({
  id: 'm',
  pos: 1,
  seq: 1,
  role: 'user',
  author: { id: 'u', name: 'Ada' },
  state: 'done',
  parts: [{ type: 'text', text }],
  createdAt: 0,
})

/** Everything the agent yields, and how it ends; `onEvent` runs at each event. */
async function answer(
  env: Parameters<typeof model>[1],
  options: ModelOptions & { onEvent?: () => unknown; signal?: AbortSignal } = {},
) {
  const { onEvent, signal = new AbortController().signal, ...rest } = options
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  const turn = { message: message('hello?'), history: [], signal, status: () => {} }
  const events: TurnEvent[] = []
  let error: AgentError | undefined
  try {
    for await (const one of model(turn, env, rest)) {
      events.push(one)
      await onEvent?.()
    }
  } catch (cause) {
    error = cause as AgentError
  }
  const text = events.map((one) => (typeof one === 'string' ? one : '')).join('')
  const log = logged.mock.calls.flat().map(String)
  return { events, text, error, code: error?.code, log }
}

describe('an answer', () => {
  test('comes as text, and the request names model, key and what was said', async () => {
    const api = await scriptedModel({ body: [says('Hello'), says(', Ada.'), ends()] })
    const { events, error, log } = await answer({ ...api.env, AI_SYSTEM: 'Be brief.' })
    expect([events, error, log]).toEqual([['Hello', ', Ada.'], undefined, []])
    const { asked, cut } = await api.state()
    expect(cut).toBe(0)
    expect(asked).toMatchObject([
      {
        path: 'v1/chat/completions',
        authorization: `Bearer ${KEY}`,
        body: {
          model: 'some-model',
          stream: true,
          messages: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: 'hello?' },
          ],
        },
      },
    ])
  })

  test('comes as it is written: a piece is there before the next one is', async () => {
    const body = [says('one'), { hold: true } as const, says(' two'), { hold: true } as const]
    const api = await scriptedModel({ body: [...body, ends()] })
    // Each piece is let go by the one before it: an agent that waits for the end never gets there.
    const { events, error } = await answer(api.env, { onEvent: api.go })
    expect([events, error]).toEqual([['one', ' two'], undefined])
  })

  test('comes whole where each byte comes alone', async () => {
    const text = 'Grüße – 你好 👩‍👩‍👧 fin'
    const api = await scriptedModel({ bytewise: true, body: [says(text), ends()] })
    expect(await answer(api.env)).toMatchObject({ text, error: undefined })
  })

  test('comes whole where a thousand pieces come at once', async () => {
    const words = Array.from({ length: 1_000 }, (_, i) => `word${i} `)
    const api = await scriptedModel({ body: [words.map(says).join('') + ends()] })
    const { text, events } = await answer(api.env)
    expect(text).toBe(words.join(''))
    expect(events).toHaveLength(1_000)
  })

  test('asks without a key where none is set', async () => {
    const api = await scriptedModel({ body: [says('open'), ends()] })
    expect((await answer({ ...api.env, AI_API_KEY: '' })).text).toBe('open')
    expect((await api.state()).asked[0]?.authorization).toBe('')
  })

  test('reasoning comes as reasoning', async () => {
    const api = await scriptedModel({ body: [thinks('hm'), thinks(', so'), says('Yes.'), ends()] })
    expect((await answer(api.env)).events).toEqual([
      { type: 'reasoning', text: 'hm' },
      { type: 'reasoning', text: ', so' },
      'Yes.',
    ])
  })

  test('a tool goes from input to done, and the model reads what it gave back', async () => {
    const api = await scriptedModel(
      {
        body: [
          says('Let me look. '),
          calls('c1', 'weather', '{"city":"Bern"}'),
          ends('tool_calls'),
        ],
      },
      { body: [says('It rains.'), ends()] },
    )
    const { events } = await answer(api.env, {
      tools: { weather: weather(() => ({ sky: 'rain' })) },
    })
    const part = { type: 'tool', callId: 'c1', name: 'weather' }
    const input = { city: 'Bern' }
    expect(events).toEqual([
      'Let me look. ',
      { ...part, state: 'input' },
      { ...part, state: 'running', input },
      { ...part, state: 'done', input, output: { sky: 'rain' } },
      'It rains.',
    ])
    expect((await api.state()).asked[1]?.body.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: '{"sky":"rain"}',
    })
  })

  test('a tool that fails tells the log why, and the reader that it failed', async () => {
    const api = await scriptedModel(
      { body: [calls('c1', 'weather', '{"city":"Bern"}'), ends('tool_calls')] },
      { body: [says('I do not know.'), ends()] },
    )
    const { events, log, error } = await answer(api.env, {
      tools: {
        weather: weather(() => {
          throw new RangeError('the station is down')
        }),
      },
    })
    expect(events.at(-2)).toMatchObject({ state: 'error', error: 'The tool failed.' })
    expect([events.at(-1), error]).toEqual(['I do not know.', undefined])
    expect(log).toEqual(['{"event":"tool.failed","tool":"weather","error":"RangeError"}'])
  })

  test('a tool that nobody offered fails, and its input is not logged', async () => {
    const asks = { body: [calls('c1', 'launch', '{"code":"hush"}'), ends('tool_calls')] }
    const api = await scriptedModel(asks, { body: [says('Sorry.'), ends()] })
    const { events, log } = await answer(api.env)
    expect(events.at(-2)).toMatchObject({ type: 'tool', name: 'launch', state: 'error' })
    expect(events.at(-1)).toBe('Sorry.')
    expect(log.join()).toContain('tool.failed')
    expect(log.join()).not.toMatch(/hush|launch/)
  })

  test.each(['{"city":"hush', '{"town":"hush"}', '"hush"'])(
    '[T18] a known tool that is called with %s fails, and no word of it is logged',
    async (input) => {
      const asks = { body: [calls('c1', 'weather', input), ends('tool_calls')] }
      const api = await scriptedModel(asks, { body: [says('Sorry.'), ends()] })
      const { events, log } = await answer(api.env, {
        tools: { weather: strictWeather },
      })
      expect(events.at(-2)).toMatchObject({ type: 'tool', name: 'weather', state: 'error' })
      expect(events.at(-1)).toBe('Sorry.')
      expect(log.join()).toContain('tool.failed')
      expect(log.join()).not.toContain('hush')
    },
  )

  test('a model that goes on calling tools is stopped after `steps` requests', async () => {
    const call = { body: [calls('c1', 'weather', '{"city":"Bern"}'), ends('tool_calls')] }
    const api = await scriptedModel(call, call, call)
    await answer(api.env, { tools: { weather: weather(() => 'rain') }, steps: 2 })
    expect((await api.state()).asked).toHaveLength(2)
  })
})

describe('before the first token', () => {
  const busy = { status: 429, headers: { 'retry-after': '0' }, body: ['{"error":{"message":"x"}}'] }
  const broken = { ...busy, status: 500 }

  test('429 and 5xx are asked again, as soon as Retry-After says, where that is within a minute', async () => {
    const api = await scriptedModel(busy, broken, { body: [says('There.'), ends()] })
    expect(await answer(api.env)).toMatchObject({ text: 'There.', error: undefined })
    expect((await api.state()).asked).toHaveLength(3)
  })

  test('of a Retry-After above a minute no notice is taken: 2 s, then 4 s', async () => {
    const later = { ...busy, headers: { 'retry-after': '90' } }
    const api = await scriptedModel(later, { body: [says('There.'), ends()] })
    expect(await answer(api.env)).toMatchObject({ text: 'There.', error: undefined })
  })

  test.each([
    [429, 'model_busy', 'The model is busy (429). Ask again in a moment.'],
    [503, 'model_failed', 'The model has failed (503). Ask again in a moment.'],
  ])('%i three times is enough', async (status, code, told) => {
    const reply = { ...busy, status }
    const api = await scriptedModel(reply, reply, reply)
    const { events, error, log } = await answer(api.env)
    expect([events, error?.code, error?.message, log]).toEqual([[], code, told, []])
    expect((await api.state()).asked).toHaveLength(3)
  })

  test.each([
    [400, 'model_refused'],
    [401, 'model_refused'],
    [403, 'model_refused'],
    [404, 'model_missing'],
  ])('%i is asked once', async (status, code) => {
    const body = [`{"error":{"message":"Incorrect key ${KEY}"}}`]
    const api = await scriptedModel({ status, body })
    const { error, log } = await answer(api.env)
    expect([error?.code, error?.message]).toEqual([code, expect.stringContaining(`(${status})`)])
    expect((await api.state()).asked).toHaveLength(1)
    expectNoSecret(api, error, log)
  })

  test('a cancel ends the wait for the next try', async () => {
    const abort = new AbortController()
    const api = await scriptedModel({ ...busy, headers: { 'retry-after': '59' } })
    const done = answer(api.env, { signal: abort.signal })
    await vi.waitFor(async () => expect((await api.state()).asked).toHaveLength(1))
    abort.abort()
    expect(await done).toMatchObject({ events: [], error: undefined })
    expect((await api.state()).asked).toHaveLength(1)
  })
})

describe('what goes wrong', () => {
  test('a line that is cut keeps the text, is not asked again, and says so', async () => {
    const body = [says('Half a'), says('n answer').slice(0, 40)]
    const api = await scriptedModel({ body, end: 'cut' }, { body: [says('again'), ends()] })
    const { text, error, log } = await answer(api.env)
    expect([text, error?.code]).toEqual(['Half a', 'model_cut'])
    expect((await api.state()).asked).toHaveLength(1)
    expectNoSecret(api, error, log)
  })

  test.each([
    ['no end', [says('Half')], 'Half', 'model_cut'],
    [
      'malformed JSON',
      [says('Half'), 'data: {"choices":[\n\n', says('more'), ends()],
      'Half',
      'model_cut',
    ],
    ['JSON of another kind', [event({ hello: 'world' }), ends()], '', 'model_unreachable'],
    ['no events at all', ['<html>Welcome</html>'], '', 'model_unreachable'],
    ['nothing', [], '', 'model_unreachable'],
    ['an empty answer', [ends()], '', 'model_empty'],
    ['reasoning and no answer', [thinks('hm'), ends()], '', 'model_empty'],
    ['its length', [says('Long'), ends('length')], 'Long', 'model_length'],
    ['its filter', [says('Well'), ends('content_filter')], 'Well', 'model_filter'],
    [
      'an error in the stream',
      [says('Half'), event({ error: { message: `with ${KEY}`, code: 429 } })],
      'Half',
      'model_busy',
    ],
  ])('a stream that ends with %s', async (_name, body, text, code) => {
    const api = await scriptedModel({ body })
    const result = await answer(api.env)
    expect([result.text, result.code]).toEqual([text, code])
    expect((await api.state()).asked).toHaveLength(1)
    expectNoSecret(api, result.error, result.log)
  })

  test('a server that is not there', async () => {
    const { env } = await scriptedModel()
    const { error, log } = await answer({ ...env, AI_BASE_URL: 'http://127.0.0.1:1/v1' })
    expect(error?.code).toBe('model_unreachable')
    expectNoSecret({ env }, error, log)
  })

  test('a server that never answers is given up when the time is over', async () => {
    const api = await scriptedModel({ end: 'never' })
    const { events, error } = await answer({ ...api.env, AI_LIMITS: '{"turnMs":30}' })
    expect([events, error?.code]).toEqual([[], 'model_timeout'])
    expect(error?.message).toContain('0.03 s')
    await api.untilCut()
  })

  test('a server that stops in the middle, too, and the text stays', async () => {
    const api = await scriptedModel({ body: [says('So far')], end: 'never' })
    const { text, code } = await answer({ ...api.env, AI_LIMITS: '{"turnMs":300}' })
    expect([text, code]).toEqual(['So far', 'model_timeout'])
    await api.untilCut()
  })
})

describe('a cancel', () => {
  test('ends the request, also in the middle of an answer', async () => {
    const abort = new AbortController()
    const api = await scriptedModel({ body: [says('So far')], end: 'never' })
    const { text, error } = await answer(api.env, {
      signal: abort.signal,
      onEvent: () => abort.abort(),
    })
    expect([text, error]).toEqual(['So far', undefined])
    await api.untilCut()
  })

  test('before the turn has begun asks nothing', async () => {
    const api = await scriptedModel()
    expect(await answer(api.env, { signal: AbortSignal.abort() })).toMatchObject({ events: [] })
    expect((await api.state()).asked).toEqual([])
  })

  test('an agent that is left without a word ends its request, too', async () => {
    const api = await scriptedModel({ body: [says('So far')], end: 'never' })
    const turn = {
      message: message('hello?'),
      history: [],
      signal: new AbortController().signal,
      status: () => {},
    }
    const events = model(turn, api.env)
    expect((await events.next()).value).toBe('So far')
    await events.return(undefined)
    await api.untilCut()
  })
})

/** Takes nothing but a city. */
const strictWeather = tool({
  description: 'what the sky is like',
  inputSchema: jsonSchema<{ city: string }>(
    { type: 'object' },
    {
      validate: (value) =>
        typeof (value as { city?: unknown }).city === 'string'
          ? { success: true, value: value as { city: string } }
          : { success: false, error: new Error(`no city in ${JSON.stringify(value)}`) },
    },
  ),
  execute: () => 'rain',
})

function weather(execute: (input: { city: string }) => unknown) {
  return tool({
    description: 'what the sky is like',
    inputSchema: jsonSchema<{ city: string }>({
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
    }),
    execute,
  })
}

/** Neither in what a reader is told, nor in what the Worker logs. */
function expectNoSecret(
  { env }: { env: { AI_BASE_URL: string } },
  error: AgentError | undefined,
  log: string[],
): void {
  const told = [error?.message, String(error), ...log].join('\n')
  expect(told).not.toContain(KEY)
  expect(told).not.toContain(new URL(env.AI_BASE_URL).host)
  expect(told).not.toContain('    at ')
}
