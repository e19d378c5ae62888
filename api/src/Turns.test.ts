import { abortAllDurableObjects, runDurableObjectAlarm } from 'cloudflare:test'
import type { Message, ServerFrame } from '@session-kit/ui-kit/protocol'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkEndings } from '../test/endNear.ts'
import {
  agentGives,
  type ConnectOptions,
  checkEvictions,
  expectReports,
  inside,
  LINE_MODES,
  MODES,
  newCid,
  newSession,
  socketOf,
  stubOf,
  TestClient,
  textOf,
} from '../test/TestClient.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const quiet = { SESSION_LIMITS: '{"burst":10000,"perSecond":10000}' }

/** A turn doesn't outlive its object. */
const ENDED = ({ abort }: ConnectOptions) => (abort ? ['done', 'interrupted'] : ['done'])

/** The frame with which an answer ends. */
const ending = (client: TestClient) =>
  client.get('msg', ({ message }) => message.role === 'assistant' && message.state !== 'streaming')

/** The answer's text as a client puts it together from growing frames. */
function grown(frames: readonly ServerFrame[], start: Message): string[] {
  const parts = start.parts.map((part) => ('text' in part ? part.text : part.type))
  for (const frame of frames) {
    if (frame.type === 'part' && frame.id === start.id)
      parts[frame.part] = 'text' in frame.value ? frame.value.text : frame.value.type
    if (frame.type !== 'delta' || frame.id !== start.id) continue
    const before = parts[frame.part] ?? ''
    expect(frame.from, 'a delta leaves no gap').toBeLessThanOrEqual(before.length)
    parts[frame.part] = before.slice(0, frame.from) + frame.text
  }
  return parts
}

async function askedByHand(session: string, options: ConnectOptions = {}) {
  const client = await TestClient.join(session, options)
  const ack = await client.tell('by hand')
  const { message } = await client.get('msg', (frame) => frame.message.state === 'streaming')
  return { client, ack, message }
}

describe.each(MODES)('$mode', (mode) => {
  test('[W9][S35][S37] an answer grows at everybody, and who joins in the middle sees all of it', async () => {
    const session = newSession(quiet)
    const { client, ack, message } = await askedByHand(session, mode)
    expect(message).toMatchObject({ role: 'assistant', replyTo: ack.id, parts: [] })
    expect(await client.get('status')).toEqual({ type: 'status', state: 'working' })
    await agentGives(session, 'Once ', 'upon ')
    await client.get('part')
    const late = await TestClient.connect(session, mode)
    const { welcome, sync } = await late.hello()
    expect(welcome.status).toEqual({ state: 'working' })
    const seen = sync.messages.at(-1) as Message
    expect([seen.state, textOf(seen)]).toEqual(['streaming', 'Once upon '])
    await agentGives(session, 'a time')
    await late.get('delta')
    await agentGives(session, '.', 'end')
    const last = await ending(late)
    expect([last.message.state, textOf(last.message)]).toEqual(['done', 'Once upon a time.'])
    expect(await late.get('status')).toEqual({ type: 'status', state: 'idle' })
    expect((await ending(client)).message).toEqual(last.message)
    expect(grown(late.frames, seen).join()).toBe('Once upon a time')
    expect(grown(client.frames, message).join()).toBe('Once upon a time')
  })

  test('[W7][S40] cancel ends the answer once, keeps its text, and nothing follows', async () => {
    const session = newSession(quiet)
    const { client, message } = await askedByHand(session, mode)
    await agentGives(session, 'partly')
    await client.get('part')
    await client.say({ type: 'cancel', id: message.id })
    const end = await ending(client)
    expect([end.message.state, textOf(end.message)]).toEqual(['cancelled', 'partly'])
    await agentGives(session, 'more', 'end')
    await client.say({ type: 'cancel', id: message.id })
    await client.say({ type: 'cancel', id: 'nobody' })
    expect(await client.get('error')).toMatchObject({ code: 'not_found', ref: 'nobody' })
    await client.settle()
    expect(client.rest('msg', 'delta', 'part')).toEqual([])
    const { sync } = await client.hello()
    expect(sync.messages.at(-1)).toEqual(end.message)
  })

  test('[W8] waiting turns run in order, and one can be taken away', async () => {
    const session = newSession(quiet)
    const { client, message } = await askedByHand(session, mode)
    const acks = []
    for (const text of ['one', 'two', 'three']) acks.push(await client.tell(text))
    await client.say({ type: 'cancel', id: acks[1]?.id })
    await client.settle()
    await agentGives(session, 'end')
    const ends = [await ending(client), await ending(client), await ending(client)]
    expect(ends.map((end) => end.message.replyTo)).toEqual([
      message.replyTo,
      acks[0]?.id,
      acks[2]?.id,
    ])
    await client.get('status')
    const states = client.frames.flatMap((frame) => (frame.type === 'status' ? [frame.state] : []))
    expect(states).toEqual(['working', 'idle'])
  })

  test('[W7][S40] a closing tab cancels nothing', async () => {
    const session = newSession(quiet)
    const { client, message } = await askedByHand(session, mode)
    const other = await TestClient.join(session, mode)
    client.close()
    await other.get('presence')
    await agentGives(session, 'finished', 'end')
    const end = await ending(other)
    expect([end.message.id, end.message.state]).toEqual([message.id, 'done'])
  })

  test('[T19][W7] an error ends the answer with the text so far, and tells no internals', async () => {
    const session = newSession(quiet)
    const reports = expectReports()
    const { client } = await askedByHand(session, mode)
    await agentGives(session, 'so far', new Error('secret internals'))
    const end = await ending(client)
    expect([end.message.state, textOf(end.message)]).toEqual(['error', 'so far'])
    expect(end.message.error).toEqual({
      code: 'agent_failed',
      message: 'The agent failed before its answer was finished.',
    })
    expect(await client.get('status')).toEqual({ type: 'status', state: 'error' })
    expect((await client.hello()).welcome.status).toEqual({ state: 'error' })
    expect(client.texts.join()).not.toContain('secret')
    expect(reports).toEqual(['turn.failed'])
    await client.tell('next')
    expect(ENDED(mode)).toContain((await ending(client)).message.state)
  })

  test('[W5] again gives another answer to the same message, once a cid', async () => {
    const session = newSession(quiet)
    const client = await TestClient.join(session, mode)
    const ack = await client.tell('why')
    const first = (await ending(client)).message
    const cid = newCid()
    await client.say({ type: 'again', cid, id: first.id })
    expect(await client.get('ack')).toEqual({ ...ack, cid, dup: expect.any(Boolean) })
    const second = (await ending(client)).message
    expect(second.id).not.toBe(first.id)
    expect(second.replyTo).toBe(ack.id)
    expect(ENDED(mode)).toContain(second.state)
    await client.say({ type: 'again', cid, id: first.id })
    expect(await client.get('ack')).toEqual({ ...ack, cid, dup: true })
    await client.say({ type: 'again', cid: newCid(), id: ack.id })
    expect(await client.get('nack')).toMatchObject({ code: 'not_found', retryable: false })
    await client.tell('by hand')
    const { message } = await client.get('msg', (frame) => frame.message.state === 'streaming')
    await client.say({ type: 'again', cid: newCid(), id: message.id })
    expect(await client.get('nack')).toMatchObject({ code: 'busy', retryable: false })
    await agentGives(session, 'end')
  })

  test('[W5] a message that was deleted gets no other answer', async () => {
    const session = newSession(quiet)
    const client = await TestClient.join(session, mode)
    const { id } = await client.tell('why')
    const answer = (await ending(client)).message
    expect(await stubOf(session).remove(id)).toMatchObject({ ok: true })
    await client.say({ type: 'again', cid: newCid(), id: answer.id })
    expect(await client.get('nack')).toMatchObject({ code: 'not_found', retryable: false })
  })

  test('[W8][S10] a crash is noticed by the alarm when nobody is connected', async () => {
    const session = newSession(quiet)
    const { client, message } = await askedByHand(session)
    await agentGives(session, 'cut')
    await client.get('part')
    await abortAllDurableObjects()
    await client.getClosed()
    expect(await runDurableObjectAlarm(stubOf(session))).toBe(true)
    const rows = await inside(session, (_, { storage }) =>
      storage.sql.exec('SELECT body FROM messages').toArray(),
    )
    const stored = rows.map((row) => JSON.parse(String(row.body)) as Message)
    expect(stored.find(({ id }) => id === message.id)?.state).toBe('interrupted')
    expect(await runDurableObjectAlarm(stubOf(session))).toBe(false)
    const { sync } = await (await TestClient.connect(session, mode)).hello()
    expect(sync.to).toBe(3)
  })

  test('[W7] a cancel and the end in the same moment make one ending', async () => {
    const session = newSession(quiet)
    const { client, message } = await askedByHand(session, mode)
    await agentGives(session, 'partly')
    await client.get('part')
    const endings = vi.spyOn(console, 'error')
    await inside(session, (instance, state) => {
      const cancel = JSON.stringify({ type: 'cancel', id: message.id })
      instance.webSocketMessage(socketOf(state, client), cancel)
      instance.give(' more', 'end')
    })
    const end = await ending(client)
    expect([end.message.state, textOf(end.message)]).toEqual(['cancelled', 'partly more'])
    await client.settle()
    expect(client.rest('msg', 'delta', 'part')).toEqual([])
    expect(endings).not.toHaveBeenCalled()
  })

  test('[W8] while a turn runs an alarm stands by, and none does at rest', async () => {
    const session = newSession(quiet)
    const alarm = () => inside(session, (_, { storage }) => storage.getAlarm())
    const { client } = await askedByHand(session, mode)
    const soon = async () => Math.round((((await alarm()) ?? 0) - Date.now()) / 10_000)
    expect([2, 3]).toContain(await soon())
    expect(await runDurableObjectAlarm(stubOf(session))).toBe(true)
    expect([2, 3]).toContain(await soon())
    await agentGives(session, 'end')
    await ending(client)
    expect(await alarm()).toBe(null)
  })

  test('[W9] a part is added, replaced in its place, and text goes on behind it', async () => {
    const session = newSession(quiet)
    const { client, message } = await askedByHand(session, mode)
    const tool = { type: 'tool', callId: 'c1', name: 'look' } as const
    await agentGives(
      session,
      { type: 'reasoning', text: 'hm' },
      { ...tool, state: 'input' },
      'text',
    )
    await client.get('part', (frame) => frame.part === 2)
    await agentGives(session, { ...tool, state: 'done', output: { found: 1 } }, ' more')
    expect(await client.get('part')).toMatchObject({ part: 1, value: { state: 'done' } })
    expect(await client.get('delta')).toMatchObject({ part: 2, from: 4, text: ' more' })
    await agentGives(session, 'end')
    const { parts } = (await ending(client)).message
    expect(parts).toEqual([
      { type: 'reasoning', text: 'hm' },
      { ...tool, state: 'done', output: { found: 1 } },
      { type: 'text', text: 'text more' },
    ])
    expect(grown(client.frames, message)).toEqual(['hm', 'tool', 'text more'])
  })

  test('[W6][S36] no delta ends within a surrogate pair', async () => {
    const session = newSession(quiet)
    const { client, message } = await askedByHand(session, mode)
    await agentGives(session, 'a\ud83d')
    await client.get('part')
    await agentGives(session, '\ude00b\ud83d')
    await client.get('delta')
    await agentGives(session, 'end')
    expect(textOf((await ending(client)).message)).toBe('a😀b\ufffd')
    expect(grown(client.frames, message)).toEqual(['a😀b'])
  })

  test('[W9][S43] a fast agent makes at most 20 frames a second for each client', async () => {
    const session = newSession(quiet)
    const { client } = await askedByHand(session, mode)
    const startMs = Date.now()
    for (let i = 0; i < 60; i++) {
      await agentGives(session, ...Array.from({ length: 20 }, () => 'token '))
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const frames = client.rest('delta', 'part').length
    const windows = (Date.now() - startMs) / 50
    await agentGives(session, 'end')
    expect(textOf((await ending(client)).message)).toBe('token '.repeat(1_200))
    expect(frames).toBeGreaterThan(3)
    expect(frames).toBeLessThanOrEqual(windows + 1)
  })

  test('[T17][W9][S42] an answer that grows beyond the limit ends with an error and keeps what fits', async () => {
    const session = newSession({ SESSION_LIMITS: '{"messageBytes":2000}' })
    expectReports()
    const { client } = await askedByHand(session, mode)
    await agentGives(session, 'x'.repeat(1_500), 'y'.repeat(600))
    const { message } = await ending(client)
    expect([message.state, message.error?.code]).toEqual(['error', 'too_large'])
    expect(textOf(message)).toBe('x'.repeat(1_500) + 'y'.repeat(500))
  })

  test('[W9] what the agent is doing reaches everybody, and ends with the turn', async () => {
    const session = newSession(quiet)
    const { client } = await askedByHand(session, mode)
    await client.get('status')
    const say = (detail?: string) => inside(session, (it) => it.hands.at(-1)?.turn.status(detail))
    await say('looking it up')
    expect(await client.get('status')).toEqual({
      type: 'status',
      state: 'working',
      detail: 'looking it up',
    })
    expect((await client.hello()).welcome.status.detail).toBe('looking it up')
    await client.tell('by hand, the next one')
    await agentGives(session, 'end')
    expect(await client.get('status')).toEqual({ type: 'status', state: 'working' })
    await agentGives(session, 'end')
    expect(await client.get('status')).toEqual({ type: 'status', state: 'idle' })
    await say('too late')
    await new Promise((resolve) => setTimeout(resolve, 60))
    await client.settle()
    expect(client.rest('status')).toEqual([])
  })

  test('[W9] a turn knows what was said before it, each answer behind its question', async () => {
    const session = newSession(quiet)
    const { client } = await askedByHand(session, mode)
    await client.tell('waits')
    await client.tell('by hand again')
    await agentGives(session, 'first answer', 'end')
    await client.get('msg', ({ message }) => message.state === 'streaming' && message.pos > 5)
    await inside(session, () => {})
    const seen = await inside(session, (it) => it.hands.at(-1)?.turn.history.map(textOf))
    expect(seen).toEqual(['by hand', 'first answer', 'waits', 'about waits'])
    await agentGives(session, 'end')
  })
})

describe.each(LINE_MODES)('on one line, $mode', (mode) => {
  test('[W8][S09][S13] a crash in the middle becomes interrupted once, and waiting turns then run', async () => {
    const session = newSession(quiet)
    const { client, message } = await askedByHand(session, mode)
    await agentGives(session, 'what anybody saw')
    await client.get('part')
    const waiting = await client.tell('next')
    const { epoch } = (await client.hello()).welcome
    await abortAllDurableObjects()
    expect((await client.getClosed()).code).toBe(1006)
    const back = await TestClient.connect(session, mode)
    const { sync } = await back.hello({ epoch, cursor: waiting.seq })
    await back.get('status', (status) => status.state === 'idle')
    const all = [
      ...sync.messages,
      ...back.frames.flatMap((f) => (f.type === 'msg' ? f.message : [])),
    ]
    const cut = all.filter(({ id }) => id === message.id)
    expect(new Set(cut.map(({ state, seq }) => `${state} ${seq}`)).size).toBe(1)
    expect([cut[0]?.state, textOf(cut[0] as Message)]).toEqual(['interrupted', 'what anybody saw'])
    expect(all.at(-1)).toMatchObject({ replyTo: waiting.id, state: 'done' })
  })
})

test('[W8][S65] an alarm run twice, or in a session nobody used, does nothing', async () => {
  const session = newSession(quiet)
  await inside(session, (instance) => {
    instance.alarm()
    instance.alarm()
  })
  const left = await inside(session, async (_, { storage }) => [
    storage.sql.exec('SELECT name FROM sqlite_master').toArray().length,
    await storage.getAlarm(),
  ])
  expect(left).toEqual([0, null])
})

test('[W15] evictions were in earnest', () => checkEvictions(20))

test('[W1] ends were in earnest', () => checkEndings(1, ['queued', 'transaction', 'catch-up']))
