import type { Message, ServerFrame } from '@session-kit/ui-kit/protocol'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkEndings } from '../test/endNear.ts'
import {
  agentGives,
  checkEvictions,
  expectReports,
  inside,
  isBusy,
  MODES,
  newSession,
  TestClient,
  textOf,
} from '../test/TestClient.ts'
import type { SessionEvent } from './SessionEvent.ts'
import { AgentError } from './Turn.ts'

afterEach(() => void vi.restoreAllMocks())

const quiet = { SESSION_LIMITS: '{"burst":10000,"perSecond":10000}' }
const author = { id: 'robot', name: 'Robot' }

const ending = (client: TestClient) =>
  client.get('msg', ({ message }) => message.role === 'assistant' && message.state !== 'streaming')

const streaming = (client: TestClient) =>
  client.get('msg', ({ message }) => message.state === 'streaming')

/** Every durable change as it came; fails where one is missing, doubled or out of order. */
function changes(frames: readonly ServerFrame[]): Message[] {
  const msgs = frames.flatMap((frame) => (frame.type === 'msg' ? [frame] : []))
  expect(msgs.map(({ seq }) => seq)).toEqual(msgs.map((_, index) => index + 1))
  return msgs.map(({ message }) => message)
}

describe.each(MODES)('$mode', (mode) => {
  test('[W13][S49] what an agent tells readers is short and well-formed, whatever it says', async () => {
    const session = newSession(quiet)
    expectReports()
    const client = await TestClient.join(session, mode)
    await client.tell('by hand')
    await inside(session, (it) => it.hands.at(-1)?.turn.status(`\ud83d${'é'.repeat(498)}😀😀`))
    const { detail } = await client.get('status', (status) => status.detail !== undefined)
    expect(detail).toBe(`\ufffd${'é'.repeat(498)}`)
    await agentGives(
      session,
      new AgentError(`${'c'.repeat(63)}😀`, `\ude00${'\u0001'.repeat(498)}😀`),
    )
    const { message } = await ending(client)
    expect(message.error).toEqual({
      code: 'c'.repeat(63),
      message: `\ufffd${'\u0001'.repeat(498)}`,
    })
  })

  test('[W13] the largest answer with the longest error fits into a frame', async () => {
    const serverFrameBytes = 16_384
    const limits = { messageBytes: 100_000, serverFrameBytes, burst: 10_000, perSecond: 10_000 }
    const session = newSession({ SESSION_LIMITS: JSON.stringify(limits) })
    expectReports()
    const client = await TestClient.join(session, mode)
    await client.tell('by hand')
    // Too large at last: everything that fits was taken.
    await inside(session, (it) => it.hands.at(-1)?.turn.status('\u0001'.repeat(600)))
    await agentGives(session, '\u0001'.repeat(9_000))
    const { message } = await ending(client)
    expect(message.error?.code).toBe('too_large')
    await client.tell('by hand')
    await streaming(client)
    await agentGives(
      session,
      textOf(message),
      new AgentError('\u0001'.repeat(100), '\u0001'.repeat(600)),
    )
    await ending(client)
    await client.say({ type: 'page', ref: '\u0001'.repeat(64), before: 10, limit: 1 })
    expect((await client.get('page')).messages).toMatchObject([{ state: 'error' }])
    await client.hello()
    const sizes = client.texts.map((text) => new TextEncoder().encode(text).length)
    expect(Math.max(...sizes)).toBeGreaterThan(serverFrameBytes - 2_000)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(serverFrameBytes)
  })

  test('[W9][S43] reasoning and text that alternate are two parts, one frame a window in a batch', async () => {
    const session = newSession(quiet)
    const client = await TestClient.join(session, mode)
    const plain = await TestClient.join(session, { ...mode, hello: { batch: false } })
    await client.tell('by hand')
    await streaming(client)
    const [startMs, before] = [Date.now(), client.texts.length]
    for (let i = 0; i < 200; i++) {
      await agentGives(session, { type: 'reasoning', text: 'r' }, 't')
      if (i % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 15))
    }
    const windows = (Date.now() - startMs) / 50
    await agentGives(session, 'end')
    const { message } = await ending(client)
    expect(message.parts).toEqual([
      { type: 'reasoning', text: 'r'.repeat(200) },
      { type: 'text', text: 't'.repeat(200) },
    ])
    expect(client.texts.length - before).toBeLessThanOrEqual(windows + 2)
    await ending(plain)
    const grown = plain.frames.filter(({ type }) => type === 'delta' || type === 'part')
    expect(grown.length).toBeGreaterThan(4)
    expect(grown.length).toBeLessThanOrEqual(2 * (windows + 1))
  })

  test('[W7] a yield that is no part ends its turn at once as error, with the text so far', async () => {
    const session = newSession(quiet)
    const reports = expectReports()
    const client = await TestClient.join(session, mode)
    for (const wrong of [['array'], { type: 'data', name: 'x', value: undefined }, null]) {
      await client.tell('by hand')
      await streaming(client)
      await agentGives(session, 'so far', wrong as never, 'never')
      const { message } = await ending(client)
      expect([message.state, message.error?.code]).toEqual(['error', 'agent_failed'])
      expect(textOf(message)).toBe('so far')
    }
    expect(reports).toEqual(Array(3).fill('turn.failed'))
  })

  test('[W8] whatever is thrown ends its turn, even what can not be put into words', async () => {
    const session = newSession(quiet)
    const reports = expectReports()
    const client = await TestClient.join(session, mode)
    const wordless = Object.assign(new Error('x'), {
      toString: () => {
        throw new Error('no words')
      },
    })
    const codeless = new AgentError(404 as never, undefined as never)
    const told = []
    for (const [n, thrown] of [Object.create(null), wordless, codeless].entries()) {
      await client.tell(`by hand ${n}`)
      await streaming(client)
      await agentGives(session, { throws: thrown })
      told.push((await ending(client)).message.error?.code)
    }
    expect(told).toEqual(['agent_failed', 'agent_failed', '404'])
    expect(reports).toEqual(Array(3).fill('turn.failed'))
  })
})

test('[W2][W8] code of the Worker that speaks to its session from a turn loses no turn and no order', async () => {
  const CHAIN = 1_000
  const STOPS = 40
  const session = newSession(quiet)
  const client = await TestClient.join(session)
  await inside(session, (it) => {
    let left = CHAIN
    const onEvent = ({ type }: SessionEvent) => {
      const one = { ...author, id: `robot-${left % 10}` }
      if (type === 'turn.end' && left-- > 0) void it.post({ author: one, text: `after ${left}` })
    }
    Object.assign(it, { onEvent })
  })
  for (let i = 0; i < STOPS; i++) {
    const { id } = await client.tell('by hand')
    const { message } = await client.get('msg', (frame) => frame.message.replyTo === id)
    await inside(session, (it) => {
      const signal = it.hands.at(-1)?.turn.signal
      signal?.addEventListener('abort', () => void it.post({ author, text: `stopped ${i}` }))
    })
    await agentGives(session, 'partly')
    await client.say({ type: 'cancel', id: message.id })
    await client.get('msg', (frame) => frame.message.state === 'cancelled')
  }
  await vi.waitFor(async () => expect(await isBusy(session)).toBe(false), { timeout: 20_000 })
  await client.settle()
  const all = changes(client.frames)
  const asked = all.filter(({ role }) => role === 'user')
  const states = all.flatMap(({ role, state }) => (role === 'assistant' ? [state] : []))
  const count = (state: string) => states.filter((one) => one === state).length
  expect(asked.length).toBe(STOPS + STOPS + CHAIN)
  expect([count('streaming'), count('cancelled'), count('done')]).toEqual([
    asked.length,
    STOPS,
    STOPS + CHAIN,
  ])
  expect(client.frames.length).toBeGreaterThan(3_000)
}, 40_000)

test('[W7] the signal of a turn tells that it was stopped, and nothing of one that ended by itself', async () => {
  const session = newSession({ SESSION_LIMITS: '{"messageBytes":1000}' })
  const reports = expectReports()
  const client = await TestClient.join(session)
  const aborted = () => inside(session, (it) => it.hands.map(({ turn }) => turn.signal.aborted))
  await client.tell('by hand')
  await agentGives(session, 'end')
  await ending(client)
  await client.tell('by hand')
  const { message } = await streaming(client)
  await client.say({ type: 'cancel', id: message.id })
  await ending(client)
  await client.tell('by hand')
  await agentGives(session, 'x'.repeat(2_000), 'never')
  await ending(client)
  expect(await aborted()).toEqual([false, true, true])
  expect(reports).toEqual(['turn.failed'])
  await client.tell('goes on')
  expect(textOf((await ending(client)).message)).toBe('about goes on')
})

test('[W15] evictions were in earnest', () => checkEvictions(2))

test('[W1] ends were in earnest', () => checkEndings(1, ['catch-up']))
