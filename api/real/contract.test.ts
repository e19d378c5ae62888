/**
 * The contract of a session server, frame by frame: the fake server of the test kit and the
 * deployed Worker on bare workerd pass the same tests, and none of them knows which one it meets.
 *
 * One file, whatever its length. The last test counts: no path of the fake server may exist
 * that nothing here has taken.
 */

import { setTimeout as wait } from 'node:timers/promises'
import type { Message, Part, UserPart } from '@session-kit/ui-kit/protocol'
import type { FakeNetwork } from '@session-kit/ui-kit/testing'
import { afterAll, describe, expect, test } from 'vitest'
import type { RawClient } from '../../ui-kit/src/testing/createRawClient.ts'
import type { Entry, Room, Script } from './contract/Subject.ts'
import { startCoverage } from './contract/startCoverage.ts'

const coverage = await startCoverage()
// Not before: what ran earlier was not counted.
const { fakeSubject } = await import('./contract/fakeSubject.ts')
const { workerSubject } = await import('./contract/workerSubject.ts')
const subjects = [
  { name: 'the fake server', subject: fakeSubject() },
  { name: 'the Worker', subject: await workerSubject() },
]

afterAll(async () => {
  for (const { subject } of subjects) await subject.stop()
})

const ADA = 'guest=0123456789abcdef&name=Ada'
const BEN = 'guest=fedcba9876543210&name=Ben'
const CLEO = { id: 'cleo', name: 'Cleo' }
const WAIT_MS = 10_000

async function until(fits: () => unknown, what: string): Promise<void> {
  const endMs = performance.now() + WAIT_MS
  while (!fits()) {
    if (performance.now() > endMs) throw new Error(`waited ${WAIT_MS} ms in vain for ${what}`)
    await wait(5)
  }
}

const send = (cid: string, text = cid) => ({ type: 'send', cid, text })
const ask = (cid: string, script: Script) => send(cid, JSON.stringify(script))
const entries = (count: number, more: Partial<Entry> = {}): Entry[] =>
  Array.from({ length: count }, (_, n) => ({ text: `${n}`, author: CLEO, ...more }))
const textOf = (message: Message | undefined) =>
  message?.parts.map((part) => ('text' in part ? part.text : '')).join('')

/** Everything said on this socket has been answered, and what was sent to it before is here. */
async function settle(client: RawClient): Promise<void> {
  const before = client.all('pong').length
  // With a space it is no ping of the runtime's, so it takes the way of all frames.
  client.say('{"type": "ping"}')
  await until(() => client.all('pong').length > before, 'a pong')
}

async function heard(client: RawClient): Promise<string[]> {
  await settle(client)
  return client.heard().filter((name) => name !== 'pong')
}

async function opened(client: RawClient): Promise<RawClient> {
  await until(() => client.events.length > 0, 'an open socket')
  return client
}

async function closed(client: RawClient): Promise<string[]> {
  await until(() => client.events.some((event) => event.startsWith('close')), 'a close')
  return client.events
}

/** A client that has said hello, and what it was answered with. */
async function hello(room: Room, fields: object = {}, query = ADA, over?: FakeNetwork) {
  const client = await opened(room.dial(query, over ? { over } : {}))
  client.say({ type: 'hello', v: 1, batch: true, ...fields })
  return { client, answer: await heard(client) }
}

const join = async (room: Room, query = ADA, over?: FakeNetwork) =>
  (await hello(room, {}, query, over)).client

/** The answer of a turn, once it has ended. */
async function answered(client: RawClient, count = 1): Promise<Message[]> {
  const ends = () =>
    client
      .all('msg')
      .map(({ message }) => message)
      .filter(({ role, state }) => role === 'assistant' && state !== 'streaming')
  await until(() => ends().length >= count, `${count} answers`)
  return ends()
}

/** What is stored once no turn is left. */
async function settled(room: Room): Promise<Message[]> {
  for (let n = 0; n < WAIT_MS / 50; n++) {
    const stored = await room.messages()
    if (stored.at(-1)?.role === 'assistant' && stored.at(-1)?.state !== 'streaming') return stored
    await wait(50)
  }
  throw new Error(`waited ${WAIT_MS} ms in vain for the last answer to end`)
}

/** The growing answer as text, as live frames built it; fails where a piece doesn't follow. */
function grown(client: RawClient, id: string): string {
  let text = ''
  for (const frame of client.frames) {
    if (frame.type === 'part' && frame.id === id && 'text' in frame.value) text = frame.value.text
    if (frame.type !== 'delta' || frame.id !== id) continue
    expect(frame.from).toBe(text.length)
    expect(frame.text.isWellFormed()).toBe(true)
    text += frame.text
  }
  return text
}

describe.concurrent.each(subjects)('a session of $name', ({ subject }) => {
  // ------------------------------------------------------------------ joining

  test('hello is answered with who we are, where the log stands, and the newest messages', async () => {
    const room = subject.open('plain')
    const ben = await join(room, BEN)
    await room.history(entries(130))
    await heard(ben)
    const { client: ada, answer } = await hello(room)
    expect(answer).toEqual(['welcome', 'sync:snapshot 100 to 130'])
    expect(ada.all('sync')[0]).toMatchObject({ hasOlder: true, more: false })
    expect(ada.all('welcome')[0]).toMatchObject({
      v: 1,
      session: room.id,
      you: { user: { name: 'Ada' }, role: 'member' },
      head: 130,
      limits: { burst: 20, perSecond: 10 },
      connections: 2,
      peers: [{ user: { name: 'Ben' }, state: {} }],
      status: { state: 'idle' },
    })
    expect(await room.status()).toMatchObject({ head: 130, connections: 2 })
    expect(await heard(ben)).toEqual(['presence:join 2'])
    ada.say({ type: 'hello', v: 1, epoch: ada.all('welcome')[0]?.epoch, cursor: 130 })
    expect(await heard(ada)).toEqual(['welcome', 'sync:suffix 0 to 130'])
    expect(await heard(ben), 'a second hello is no second person').toEqual([])
  })

  test('[W3] a suffix holds what was missed, a changed old message included', async () => {
    const room = subject.open('quiet')
    await room.history(entries(3))
    const [first] = await room.messages()
    await room.edit(first?.id ?? '', [{ type: 'text', text: 'mended' }])
    const epoch = (await room.status()).epoch
    const resume = async (cursor: number) => {
      const { client, answer } = await hello(room, { epoch, cursor })
      const [sync] = client.all('sync')
      return [answer[1], sync?.messages.map(({ pos }) => pos), sync?.hasOlder]
    }
    expect(await resume(4)).toEqual(['sync:suffix 0 to 4', [], true])
    expect(await resume(3)).toEqual(['sync:suffix 1 to 4', [1], false])
    expect(await resume(2)).toEqual(['sync:suffix 2 to 4', [3, 1], false])
  })

  test.each([
    ['no cursor', { cursor: undefined }],
    ['no epoch', { epoch: undefined }],
    ['a foreign epoch', { epoch: 'other' }],
    ['a cursor above head', { cursor: 9 }],
    ['a cursor below floor', { cursor: 1 }],
  ])('[W3] a snapshot answers a hello with %s', async (_name, wrong) => {
    const room = subject.open('quiet')
    await room.history(entries(3))
    await room.prune(1)
    const { epoch } = await room.status()
    const { answer } = await hello(room, { epoch, cursor: 3, ...wrong })
    expect(answer).toEqual(['welcome', 'sync:snapshot 1 to 3'])
    const right = await hello(room, { epoch, cursor: 2 })
    expect(right.answer).toEqual(['welcome', 'sync:suffix 1 to 3'])
  })

  test('[W3] more missed than the limit becomes a snapshot; large ones come in several frames', async () => {
    const room = subject.open('small')
    const large = { text: 'x'.repeat(2500), role: 'assistant' } as const
    await room.history(entries(5, { role: 'assistant' }))
    const { epoch } = await room.status()
    const caughtUp = async (cursor: number) => {
      const { answer, client } = await hello(room, { epoch, cursor })
      return [...answer.slice(1), client.all('sync').at(-1)?.hasOlder]
    }
    expect(await caughtUp(0)).toEqual(['sync:snapshot 4 to 5', true])
    expect(await caughtUp(1)).toEqual(['sync:suffix 4 to 5', true])
    await room.history(entries(3, large))
    expect(await caughtUp(5)).toEqual(['sync:suffix 2 to 8 more', 'sync:suffix 1 to 8', true])
    await room.history(entries(1, large))
    const snapshot = ['sync:snapshot 2 to 9 more', 'sync:snapshot 1 to 9', true]
    expect(await caughtUp(5)).toEqual(snapshot)
    const ada = await join(room)
    ada.say({ type: 'page', ref: 'r', before: 9, limit: 10 })
    await settle(ada)
    expect(ada.all('page')[0]).toMatchObject({ messages: [{ pos: 7 }, { pos: 8 }], hasOlder: true })
  })

  test('[W3] what still streams is in every catch-up, and counts for no limit', async () => {
    const room = subject.open('small')
    await room.ask({ say: 'slow', tokensPerSecond: 0.1 })
    await room.history(entries(5, { role: 'assistant' }))
    const { epoch } = await room.status()
    const caughtUp = async (fields: object) => {
      const [sync] = (await hello(room, fields)).client.all('sync')
      return [sync?.mode, sync?.messages.map(({ pos }) => pos), sync?.hasOlder]
    }
    expect(await caughtUp({})).toEqual(['snapshot', [2, 4, 5, 6, 7], true])
    expect(await caughtUp({ epoch, cursor: 3 })).toEqual(['suffix', [2, 4, 5, 6, 7], true])
    expect(await caughtUp({ epoch, cursor: 7 })).toEqual(['suffix', [2], true])
  })

  test('[W4] between catch-up and live frames nothing is missing and nothing comes twice', async () => {
    const room = subject.open('quiet')
    const ben = await join(room, BEN)
    const ada = await opened(room.dial(ADA))
    for (let n = 10; n < 15; n++) ben.say(send(`cid-00${n}`))
    ada.say({ type: 'hello', v: 1 })
    for (let n = 15; n < 20; n++) ben.say(send(`cid-00${n}`))
    await settle(ben)
    await settle(ada)
    const caughtUp = ada.all('sync')[0]?.messages.map(({ seq }) => seq) ?? []
    const live = ada.all('msg').map(({ seq }) => seq)
    expect([...caughtUp, ...live]).toEqual(Array.from({ length: 10 }, (_, n) => n + 1))
  })

  test('[W10] a hello with another version is closed with 4426; unknown fields are ignored', async () => {
    const room = subject.open('quiet')
    const old = await opened(room.dial())
    old.say({ type: 'hello', v: 2 })
    expect(await closed(old)).toEqual(['open', 'close 4426 version'])
    expect((await hello(room, { new: 1 })).answer[0]).toBe('welcome')
  })

  test('frames of one moment leave as one array, for who takes arrays', async () => {
    const room = subject.open('quiet')
    const ben = await opened(room.dial(BEN))
    ben.say({ type: 'hello', v: 1 })
    await settle(ben)
    const { client: ada } = await hello(room)
    const [before, single] = [ada.texts.length, ben.texts.length]
    ada.say(send('cid-0001'))
    await settle(ada)
    await settle(ben)
    const first = (text: string | undefined) => JSON.parse(text ?? 'null')
    const array: unknown[] = first(ada.texts[before])
    expect(array.slice(0, 2)).toMatchObject([{ type: 'msg' }, { type: 'ack' }])
    expect(ben.texts.slice(single).map((text) => first(text).type)).not.toContain(undefined)
  })

  // ------------------------------------------------------------------ sending

  test('[W2][W5] what is stored takes the next number, once; refusals take none', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    await room.failStorage()
    ada.say(send('cid-0001', 'hi'))
    expect(await heard(ada)).toEqual(['nack:cid-0001 storage'])
    ada.say(send('cid-0001', 'hi'))
    ada.say(send('cid-0001', 'hi'))
    ada.say(send('cid-0001', 'something else'))
    ada.say({ type: 'send', cid: 'cid-0002' })
    ada.say(send('cid-0003'))
    expect(await heard(ada)).toEqual([
      'msg:1 user done',
      'ack:cid-0001',
      'ack:cid-0001 dup',
      'nack:cid-0001 conflict',
      'error:bad_frame',
      'msg:2 user done',
      'ack:cid-0003',
    ])
    expect(ada.all('nack').map(({ retryable }) => retryable)).toEqual([true, false])
    expect(ada.all('msg')[0]?.message).toMatchObject({
      pos: 1,
      cid: 'cid-0001',
      role: 'user',
      author: { name: 'Ada' },
      parts: [{ type: 'text', text: 'hi' }],
    })
  })

  test('[W5] a cid is its author’s own; the order of keys is no content', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    const ben = await join(room, BEN)
    const data = { type: 'data', name: 'n', value: { list: [1, null] } }
    ada.say({ type: 'send', cid: 'cid-0001', parts: [data], meta: { a: 1, b: 2 } })
    ada.say({
      meta: { b: 2, a: 1 },
      parts: [{ value: { list: [1, null] }, name: 'n', type: 'data' }],
      cid: 'cid-0001',
      type: 'send',
    })
    ada.say({ type: 'send', cid: 'cid-0001', parts: [data] })
    await settle(ada)
    expect(ada.heard().filter((name) => /ack/.test(name))).toEqual([
      'ack:cid-0001',
      'ack:cid-0001 dup',
      'nack:cid-0001 conflict',
    ])
    ben.say(send('cid-0001', 'mine'))
    await settle(ben)
    expect(ben.all('ack')).toMatchObject([{ cid: 'cid-0001', seq: 2, dup: false }])
    expect(await room.messages()).toMatchObject([{ meta: { a: 1, b: 2 } }, { cid: 'cid-0001' }])
  })

  test('[W12] after a retryable nack nothing overtakes, until that cid came again or a hello', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    await room.failStorage()
    for (const cid of ['cid-0001', 'cid-0002', 'cid-0002']) ada.say(send(cid))
    expect(await heard(ada)).toEqual([
      'nack:cid-0001 storage',
      'nack:cid-0002 order',
      'nack:cid-0002 order',
    ])
    for (const cid of ['cid-0001', 'cid-0002']) ada.say(send(cid))
    await settle(ada)
    await room.failStorage()
    ada.say(send('cid-0003'))
    await settle(ada)
    ada.say({ type: 'hello', v: 1 })
    ada.say(send('cid-0004'))
    await settle(ada)
    expect(ada.all('ack').map(({ cid }) => cid)).toEqual(['cid-0001', 'cid-0002', 'cid-0004'])
  })

  test('[W12] a burst passes, the rest is refused and told how long to wait, a flood is closed', async () => {
    const room = subject.open('slow')
    const raw = await opened(room.dial())
    for (let n = 0; n < 23; n++) raw.say({ n })
    raw.say({ type: 'page', ref: 'r', before: 1, limit: 1 })
    const refused = () => raw.all('error')
    await until(() => raw.all('echo').length + refused().length === 24, 'all answers')
    expect(raw.all('echo').length).toBeLessThan(23)
    expect(refused()).toContainEqual(expect.objectContaining({ code: 'rate_limited' }))
    for (const { waitMs } of refused()) expect(waitMs).toBeGreaterThan(0)
    expect(refused().at(-1)).toMatchObject({ ref: 'r', fatal: false })
    for (let n = 0; n < 110; n++) raw.say({ n })
    expect((await closed(raw))[1]).toMatch(/^close 4429 rate_limited;\d+$/)
  })

  test('[W12] of sends beyond the allowance one is limited, and the later ones wait for it', async () => {
    const room = subject.open('slow')
    const ada = await opened(room.dial(ADA))
    ada.say({ type: 'hello', v: 1 })
    for (let n = 10; n < 30; n++) ada.say(send(`cid-00${n}`))
    ada.say({ type: 'again', cid: 'cid-0030', id: 'any' })
    await until(() => ada.all('ack').length + ada.all('nack').length === 21, 'all answers')
    const [first, ...later] = ada.all('nack')
    expect(first).toMatchObject({ code: 'rate_limited', retryable: true })
    expect(first?.waitMs).toBeGreaterThan(0)
    expect(new Set(later.map(({ code }) => code))).toEqual(new Set(['order']))
    const acked = ada.all('ack').map(({ cid }) => cid)
    expect(acked).toEqual(Array.from({ length: acked.length }, (_, n) => `cid-00${n + 10}`))
    await wait((first?.waitMs ?? 0) + 100)
    ada.say(send(first?.cid ?? ''))
    await until(() => ada.all('ack').length > acked.length, 'the refused one')
  })

  test('[W12] [W15] one that slept knows who comes first, and has forgotten how much was said', async () => {
    const room = subject.open('slow')
    const ada = await opened(room.dial(ADA))
    ada.say({ type: 'hello', v: 1 })
    for (let n = 10; n < 30; n++) ada.say(send(`cid-00${n}`))
    const answers = () => ada.all('ack').length + ada.all('nack').length
    await until(() => answers() === 20, 'all answers')
    const [first] = ada.all('nack')
    await room.sleep()
    ada.say(send('cid-0030'))
    // Awake, it would have earned thirteen frames by now, and not the whole burst.
    for (let n = 31; n < 50; n++) ada.say(send(n === 31 ? (first?.cid ?? '') : `cid-00${n}`))
    await until(() => answers() === 40, 'all answers')
    const later = ada
      .heard()
      .filter((name) => /^n?ack/.test(name))
      .slice(20)
    expect(later[0]).toBe('nack:cid-0030 order')
    expect(later.slice(1).every((name) => name.startsWith('ack'))).toBe(true)
    expect(ada.events).toEqual(['open'])
  })

  test('[W12] a hello costs as much as five frames, and never more than there can be', async () => {
    const client = await opened(subject.open('slow').dial(ADA))
    for (let n = 0; n < 6; n++) client.say({ type: 'hello', v: 1 })
    const ends = () => client.all('sync').length + client.all('error').length
    await until(() => ends() === 6, 'all answers')
    const welcome = ['welcome', 'sync:snapshot 0 to 0']
    const limited = 'error:rate_limited'
    expect(client.heard()).toEqual([...Array(4).fill(welcome).flat(), limited, limited])
    const tight = await opened(subject.open('tight').dial(ADA))
    tight.say({ type: 'hello', v: 1 })
    await until(() => tight.frames.length > 0, 'an answer')
    expect(tight.heard()[0]).toBe('welcome')
  })

  test('[W12] what was refused is held against nobody for more than ten seconds', async () => {
    const raw = await opened(subject.open('slow').dial(ADA))
    const answers = () => raw.all('echo').length + raw.all('error').length
    for (let n = 0; n < 80; n++) raw.say({ n })
    await until(() => answers() === 80, 'all answers')
    for (const said of [81, 82]) {
      // In two steps: one that slept in between would have forgotten by that.
      await wait(5_050)
      raw.say({ said })
      await until(() => answers() === said, 'an echo')
    }
    for (let n = 0; n < 60; n++) raw.say({ n })
    await until(() => answers() === 142, 'all answers')
    expect(raw.all('error').length).toBeGreaterThan(100)
    expect(raw.events).toEqual(['open'])
  })

  test('[W12] [W15] one that slept has forgotten how much was refused', async () => {
    const room = subject.open('slow')
    const raw = await opened(room.dial(ADA))
    const answers = () => raw.all('echo').length + raw.all('error').length
    for (const said of [90, 180]) {
      for (let n = 0; n < 90; n++) raw.say({ n })
      await until(() => answers() === said, 'all answers')
      if (said === 90) await room.sleep()
    }
    expect(raw.all('error').length).toBeGreaterThan(100)
    expect(raw.events).toEqual(['open'])
  })

  test('[W12] too large: a message is nacked, a frame ends its socket with 1009', async () => {
    const room = subject.open('narrow')
    const ada = await join(room)
    ada.say(send('cid-0001', 'x'.repeat(31)))
    expect(await heard(ada)).toEqual(['nack:cid-0001 too_large'])
    ada.say(send('cid-0002', 'x'.repeat(200)))
    expect(await closed(ada)).toEqual(['open', 'close 1009 too_large'])
    expect(ada.all('error')).toMatchObject([{ code: 'too_large', fatal: true }])
    const ben = await opened(room.dial(BEN))
    ben.say(new ArrayBuffer(201))
    expect(await closed(ben)).toEqual(['open', 'close 1009 too_large'])
  })

  // That the minute passes is for the tests of each server: nobody here can hurry the Worker's clock.
  test('[W11] bad frames are named; the tenth within a minute closes with 4400', async () => {
    const room = subject.open('patient')
    const ada = await join(room)
    const bad: [said: unknown, message: RegExp, ref?: string][] = [
      ['{', /^frame: not JSON/],
      [new ArrayBuffer(2), /^frame: /],
      [new Uint8Array(2), /^frame: /],
      [new Blob(['no text']), /^frame: /],
      [{ type: 'send', cid: 'short', text: 'x' }, /^cid: /],
      [{ type: 'send', cid: 'cid-0001', text: '' }, /^text: /, 'cid-0001'],
      [{ type: 'page', ref: 'r1', before: 0, limit: 10 }, /^before: /, 'r1'],
      [{ type: 'presence', state: 'x' }, /^state: /],
      [{ type: 'hello', v: 1, cursor: -1 }, /^cursor: /],
    ]
    for (const [said] of bad) ada.say(said)
    await settle(ada)
    expect(ada.all('error')).toHaveLength(bad.length)
    for (const [index, [, message, ref]] of bad.entries()) {
      const error = ada.all('error')[index]
      expect(error).toMatchObject({ code: 'bad_frame', fatal: false })
      expect([error?.message, error?.ref]).toEqual([expect.stringMatching(message), ref])
    }
    ada.say('{')
    expect(await closed(ada)).toEqual(['open', 'close 4400 bad_frame'])
    expect(ada.all('error').at(-1)).toMatchObject({ fatal: true })
  })

  // ------------------------------------------------------------------ who is here

  test('[W14] presence comes, changes and leaves once; a close is answered', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    const ben = await join(room, BEN)
    ben.say({ type: 'presence', state: { typing: true } })
    await settle(ben)
    const cleo = await hello(room, {}, 'name=Cleo')
    const others = cleo.client.all('welcome')[0]?.peers
    expect(
      new Set(others?.map(({ user, state }) => `${user.name} ${JSON.stringify(state)}`)),
    ).toEqual(new Set(['Ada {}', 'Ben {"typing":true}']))
    ben.socket.close()
    ben.socket.close()
    expect(await closed(ben)).toEqual(['open', 'close 1000'])
    // Not at once: the platform's socket misses a close frame behind a frame that comes too late.
    await settle(cleo.client)
    cleo.client.socket.close(4000, 'bye')
    expect(await closed(cleo.client)).toEqual(['open', 'close 4000 bye'])
    await until(() => ada.all('presence').length === 5, 'both leaves')
    expect((await heard(ada)).slice(0, 4)).toEqual([
      'presence:join 2',
      'presence:state 2',
      'presence:join 3',
      'presence:leave 2',
    ])
  })

  test('[W14] others come, type and go', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    const acts = [
      () => room.join('Dana'),
      () => room.typing('Dana', true),
      () => room.typing('Dana', false),
      () => room.leave('Dana'),
    ]
    for (const [done, act] of acts.entries()) {
      await act()
      await until(() => ada.all('presence').length > done, 'the news of it')
    }
    await room.leave('Dana')
    expect(await heard(ada)).toEqual([
      'presence:join 2',
      'presence:state 2',
      'presence:state 2',
      'presence:leave 1',
    ])
    const states = ada.all('presence').map((frame) => 'peer' in frame && frame.peer.state)
    expect(states).toEqual([{}, { typing: true }, {}, {}])
  })

  test('[W14] in a crowd presence only counts, at most once a second, and lists again at 90 %', async () => {
    const room = subject.open('crowd')
    const startMs = performance.now()
    const ada = await join(room)
    for (let n = 0; n < 11; n++) await room.join(`Guest${n}`)
    const last = () => ada.all('presence').at(-1)
    await until(() => last()?.op === 'count' && last()?.connections === 12, 'a count of 12')
    const { client: late, answer } = await hello(room, {}, BEN)
    expect(answer).toEqual(['welcome', 'sync:snapshot 0 to 0', 'presence:count 13'])
    expect(late.all('welcome')[0]).toMatchObject({ peers: [], connections: 13 })
    late.say({ type: 'presence', state: { typing: true } })
    late.say({ type: 'hello', v: 1 })
    expect(await heard(late)).toContain('presence:count 13')
    const raw = await opened(room.dial())
    await until(() => last()?.connections === 14, 'a count of 14')
    expect(ada.all('presence').filter(({ op }) => op === 'state')).toEqual([])
    raw.socket.close()
    for (let n = 0; n < 3; n++) await room.leave(`Guest${n}`)
    await until(() => last()?.connections === 10, 'a count of 10')
    await room.leave('Guest3')
    await until(() => last()?.op === 'list', 'a list')
    expect(last()).toMatchObject({ op: 'list', connections: 9, peers: { length: 8 } })
    for (const act of [room.join, room.leave]) for (let n = 0; n < 3; n++) await act(`Late${n}`)
    const all = (op: string) => ada.all('presence').filter((frame) => frame.op === op)
    await until(() => all('list').length === 2, 'another list')
    expect(all('count').length).toBeLessThanOrEqual((performance.now() - startMs) / 1000 + 2)
    await wait(1_100)
    await settle(ada)
    expect(last()?.op, 'a count that was due is told to nobody with a list').toBe('list')
  })

  test('connections that never say hello get echoes and nothing else', async () => {
    const room = subject.open('quiet')
    const raw = await opened(room.dial())
    const ada = await join(room)
    raw.say([1, 'two'])
    raw.say({ type: 'mine' })
    for (const frame of [
      send('cid-0001'),
      { type: 'again', cid: 'cid-0002', id: 'i' },
      { type: 'cancel', id: 'i' },
      { type: 'page', ref: 'r', before: 1, limit: 1 },
      { type: 'presence', state: {} },
    ])
      raw.say(frame)
    raw.say('{"type":"ping"}')
    await until(() => raw.all('pong').length > 0, 'the pong of the runtime')
    ada.say(send('cid-0003'))
    await settle(ada)
    await room.broadcast({ news: 1 })
    await settle(raw)
    expect(raw.all('error').map(({ code, ref }) => `${code} ${ref}`)).toEqual([
      'hello_required cid-0001',
      'hello_required cid-0002',
      'hello_required i',
      'hello_required r',
      'hello_required undefined',
    ])
    await until(() => ada.all('echo').length === 3, 'all echoes')
    expect(raw.all('echo')).toEqual(ada.all('echo'))
    expect(raw.all('echo').map(({ data, from }) => [data, from === 'server'])).toEqual([
      [[1, 'two'], false],
      [{ type: 'mine' }, false],
      [{ news: 1 }, true],
    ])
    expect([...raw.all('msg'), ...raw.all('presence')]).toEqual([])
  })

  test('[W3] of what is pruned the highest seq counts, whatever its place was', async () => {
    const room = subject.open('quiet')
    await room.history(entries(4))
    const [first] = await room.messages()
    await room.edit(first?.id ?? '', [{ type: 'text', text: 'mended' }])
    await room.prune(2)
    const { epoch } = await room.status()
    const caughtUp = async (cursor: number) => (await hello(room, { epoch, cursor })).answer[1]
    expect(await caughtUp(4), 'the edit was missed').toBe('sync:snapshot 2 to 5')
    expect(await caughtUp(5)).toBe('sync:suffix 0 to 5')
  })

  test('pages go back to the beginning', async () => {
    const room = subject.open('quiet')
    await room.history(entries(7))
    const ada = await join(room)
    ada.say({ type: 'page', ref: 'a', before: 6, limit: 3 })
    ada.say({ type: 'page', ref: 'b', before: 3, limit: 3 })
    ada.say({ type: 'page', ref: 'c', before: 1, limit: 3 })
    await settle(ada)
    const pages = ada.all('page').map(({ ref, messages, hasOlder }) => ({
      ref,
      pos: messages.map((message) => message.pos),
      hasOlder,
    }))
    expect(pages).toEqual([
      { ref: 'a', pos: [3, 4, 5], hasOlder: true },
      { ref: 'b', pos: [1, 2], hasOlder: false },
      { ref: 'c', pos: [], hasOlder: false },
    ])
  })

  // ------------------------------------------------------------------ who may come in

  test('a guest is the same person with the same secret, and a stranger without', async () => {
    const room = subject.open('quiet')
    const you = async (query: string) => {
      const client = await join(room, query)
      return client.all('welcome')[0]?.you.user ?? { id: '', name: '' }
    }
    const [first, second] = [await you(ADA), await you(ADA)]
    const [third, fourth] = [await you('name=%20'), await you(`name=${'😀'.repeat(70)}`)]
    expect(first).toEqual(second)
    expect(new Set([first.id, third.id, fourth.id]).size).toBe(3)
    for (const { id } of [first, third]) expect(id).toMatch(/^g_[A-Za-z0-9_-]{22}$/)
    expect([third.name, fourth.name]).toEqual(['Guest', '😀'.repeat(64)])
  })

  test('who may not come in is told so by a close code; without a session there is no socket', async () => {
    const room = subject.open('quiet')
    const forbidden = await room.ticket({ sub: 'ada', sid: 'another' })
    const impostor = await room.ticket({ sub: 'agent' })
    const expired = await room.ticket({ sub: 'ada', seconds: -120 })
    const nowhere = await room.ticket({ sub: 'ada', sid: 'a session!' })
    const named = await room.ticket({ sub: 'ada', name: '😀'.repeat(65) })
    const ends = async (query: string) => (await closed(room.dial(query))).join(', ')
    expect(await ends('guest=short')).toBe('open, close 4401 unauthorized')
    expect(await ends('ticket=nonsense')).toBe('open, close 4401 unauthorized')
    expect(await ends(`${ADA}&ticket=1.2.3`)).toBe('open, close 4401 unauthorized')
    expect(await ends(`ticket=${impostor}`)).toBe('open, close 4401 unauthorized')
    for (const ticket of [expired, nowhere, named])
      expect(await ends(`ticket=${ticket}`)).toBe('open, close 4401 unauthorized')
    expect(await ends(`ticket=${forbidden}`)).toBe('open, close 4403 forbidden')
    expect(await closed(room.dial(ADA, { id: 'a session!' }))).toEqual(['error', 'close 1006'])
  })

  test('a viewer reads and says nothing', async () => {
    const room = subject.open('talking')
    const { id } = await room.ask({ say: 'not to be stopped', tokensPerSecond: 0.1 })
    const ticket = await room.ticket({ sub: 'vera', sid: room.id, name: 'Vera', role: 'viewer' })
    const { client: vera } = await hello(room, {}, `ticket=${ticket}`)
    expect(vera.all('welcome')[0]?.you).toMatchObject({
      user: { id: 'vera', name: 'Vera' },
      role: 'viewer',
    })
    vera.say(send('cid-0001'))
    vera.say({ type: 'again', cid: 'cid-0002', id })
    vera.say({ type: 'cancel', id })
    vera.say({ type: 'page', ref: 'r', before: 9, limit: 1 })
    expect(await heard(vera)).toEqual([
      'nack:cid-0001 forbidden',
      'nack:cid-0002 forbidden',
      'error:forbidden',
      'page',
    ])
    expect((await room.messages()).at(-1)?.state).toBe('streaming')
    const named = await room.ticket({ sub: 'nameless' })
    const member = await join(room, `ticket=${named}`)
    expect(member.all('welcome')[0]?.you.user).toEqual({ id: 'nameless', name: 'nameless' })
  })

  test('[W16] a connection whose ticket has expired neither sends nor receives', async () => {
    const room = subject.open('quiet')
    const almost = async (sub: string) => `ticket=${await room.ticket({ sub, seconds: -57 })}`
    const speaker = await join(room, await almost('ada'))
    const reader = await join(room, await almost('ben'))
    const raw = await opened(room.dial(await almost('cleo')))
    // Of a socket that never said a word workerd ends the connection 10 s behind the close frame.
    raw.say({ a: 'word' })
    await wait(3_100)
    speaker.say(send('cid-0001'))
    expect(await closed(speaker)).toEqual(['open', 'close 4401 expired'])
    await room.post('news', CLEO)
    expect(await closed(reader)).toEqual(['open', 'close 4401 expired'])
    await room.broadcast('news')
    expect(await closed(raw)).toEqual(['open', 'close 4401 expired'])
    expect(reader.all('msg')).toEqual([])
    expect(await room.messages()).toMatchObject([{ author: CLEO }])
  })

  test('a full session: the socket too many ends with 1013, a message too many is nacked', async () => {
    const two = subject.open('two')
    const first = await join(two)
    await join(two, BEN)
    expect(await closed(two.dial())).toEqual(['open', 'close 1013 full;30000'])
    first.socket.close()
    await closed(first)
    await until(() => first.events.length === 2, 'the end')
    expect((await hello(two)).answer[0]).toBe('welcome')
    const ada = await join(subject.open('full'))
    ada.say(send('cid-0001'))
    expect(await heard(ada)).toEqual(['nack:cid-0001 full'])
    expect(ada.all('nack')[0]?.retryable).toBe(false)
  })

  // ------------------------------------------------------------------ code beside the session

  test('what code says is stored with its author, whoever that is', async () => {
    const room = subject.open('quiet')
    await room.history([
      { text: 'a question' },
      { text: 'an answer', role: 'assistant' },
      { text: 'a note', role: 'system', meta: { kind: 'note' } },
    ])
    const parts: UserPart[] = [{ type: 'file', url: 'https://example.com', mediaType: 'text/html' }]
    await room.post(parts, CLEO)
    expect(await room.messages()).toMatchObject([
      { role: 'user', author: { name: 'Ada' } },
      { role: 'assistant', author: { id: 'agent', name: 'Agent' } },
      { role: 'system', author: { id: 'system', name: 'System' }, meta: { kind: 'note' } },
      { role: 'user', author: CLEO, parts },
    ])
  })

  test('edited and removed messages come as changes; their place stays', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    await room.history(entries(1, { meta: { mood: 'calm' } }))
    await room.post('another', CLEO)
    const id = (await room.messages())[0]?.id ?? ''
    await room.edit(id, [{ type: 'text', text: 'mended' }])
    await room.edit(id, [{ type: 'text', text: 'again' }], { mood: 'stormy' })
    await room.remove(id)
    await room.remove(id)
    expect(await heard(ada)).toEqual([
      'msg:1 user done',
      'msg:2 user done',
      'msg:3 user done',
      'msg:4 user done',
      'msg:5 user deleted',
    ])
    const [, , mended, stormy, removed] = ada.all('msg').map(({ message }) => message)
    expect(mended).toMatchObject({
      id,
      pos: 1,
      parts: [{ text: 'mended' }],
      meta: { mood: 'calm' },
    })
    expect(stormy).toMatchObject({ parts: [{ text: 'again' }], meta: { mood: 'stormy' } })
    expect(removed).toMatchObject({ id, pos: 1, seq: 5, author: CLEO, parts: [] })
    expect(removed).not.toHaveProperty('meta')
    const another: UserPart[] = [{ type: 'text', text: 'another' }]
    const gone = { code: 'not_found' }
    await expect(room.edit(id, another)).rejects.toMatchObject(gone)
    await expect(room.edit('nobody', another)).rejects.toMatchObject(gone)
    await expect(room.remove('nobody')).rejects.toMatchObject(gone)
    await room.post('takes the next number', CLEO)
    expect(await heard(ada)).toEqual(['msg:6 user done'])
  })

  test('what streams is not edited, and removing it ends it first', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    const { id } = await room.ask({ say: 'never to be read', tokensPerSecond: 0.1 })
    const edited = room.edit(id, [{ type: 'text', text: 'another' }])
    await expect(edited).rejects.toMatchObject({ code: 'busy' })
    await room.remove(id)
    await settle(ada)
    const ends = ada.all('msg').filter(({ message }) => message.id === id)
    expect(ends.map(({ message }) => message.state)).toEqual(['streaming', 'cancelled', 'deleted'])
    expect(ada.all('status').map(({ state }) => state)).toEqual(['working', 'idle'])
  })

  test('with a question that is removed goes the answer that streams', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    await room.slowStream(1)
    ada.say(ask('cid-0001', { say: 'never to be read' }))
    await settle(ada)
    await room.remove(ada.all('ack')[0]?.id ?? '')
    await settle(ada)
    expect(ada.all('msg').map(({ message: { pos, state } }) => [pos, state])).toEqual([
      [1, 'done'],
      [2, 'streaming'],
      [2, 'cancelled'],
      [1, 'deleted'],
    ])
    expect(ada.all('status').map(({ state }) => state)).toEqual(['working', 'idle'])
  })

  test('a user who is kicked out is closed with 4403, or with 4401 to come back', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    const ben = await join(room, BEN)
    const { id } = ben.all('welcome')[0]?.you.user ?? { id: '' }
    expect(await room.kick(id, false)).toBe(1)
    expect(await closed(ben)).toEqual(['open', 'close 4403 kicked'])
    expect(await heard(ada)).toEqual(['presence:join 2', 'presence:leave 1'])
    const back = await join(room, BEN)
    expect(await room.kick(id, true)).toBe(1)
    expect(await closed(back)).toEqual(['open', 'close 4401 refresh'])
    expect(await room.kick('nobody', false)).toBe(0)
  })

  test('a renewed epoch resets; the log is the same', async () => {
    const room = subject.open('quiet')
    await room.history(entries(2))
    const ada = await join(room)
    const before = (await room.status()).epoch
    await room.renewEpoch()
    expect(await heard(ada)).toEqual(['reset'])
    const { epoch } = await room.status()
    expect(ada.all('reset')[0]?.epoch).toBe(epoch)
    expect(epoch).not.toBe(before)
    ada.say({ type: 'hello', v: 1, epoch: before, cursor: 2 })
    expect(await heard(ada)).toEqual(['welcome', 'sync:snapshot 2 to 2'])
  })

  test('a wipe resets to nothing, a deletion closes with 4410', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    await room.post('gone soon', CLEO)
    const before = (await room.status()).epoch
    await room.wipe()
    expect(await heard(ada)).toEqual(['msg:1 user done', 'reset'])
    ada.say({ type: 'hello', v: 1, epoch: before, cursor: 1 })
    expect(await heard(ada)).toEqual(['welcome', 'sync:snapshot 0 to 0'])
    await room.post('gone soon, too', CLEO)
    await room.delete()
    expect(await closed(ada)).toEqual(['open', 'close 4410 deleted'])
    expect((await hello(room, { epoch: before, cursor: 0 })).answer[1]).toBe('sync:snapshot 0 to 0')
  })

  test('[W5] nothing outlives a wipe: no cid, and no trace of what was pruned', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    for (const cid of ['cid-0001', 'cid-0002', 'cid-0003']) ada.say(send(cid))
    await settle(ada)
    await room.prune(1)
    await room.wipe()
    await heard(ada)
    ada.say({ type: 'hello', v: 1 })
    ada.say(send('cid-0001', 'other words'))
    expect(await heard(ada)).toEqual([
      'welcome',
      'sync:snapshot 0 to 0',
      'msg:1 user done',
      'ack:cid-0001',
    ])
    const { epoch } = await room.status()
    expect((await hello(room, { epoch, cursor: 0 })).answer[1]).toBe('sync:suffix 1 to 1')
  })

  test('an answer ends with the log that it was to be in', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(ask('cid-0001', { say: 'never to be finished '.repeat(200), tokensPerSecond: 20 }))
    await until(() => ada.all('part').length > 0, 'some text')
    await room.delete()
    expect(await closed(ada)).toEqual(['open', 'close 4410 deleted'])
    const { client: ben, answer } = await hello(room, {}, BEN)
    expect(answer).toEqual(['welcome', 'sync:snapshot 0 to 0'])
    expect(ben.all('welcome')[0]?.status).toEqual({ state: 'idle' })
    await wait(200)
    expect(await heard(ben)).toEqual([])
  })

  // ------------------------------------------------------------------ the agent

  test('[W5] message, ack and the beginning of the turn leave together; the answer follows', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(send('cid-0001', 'Say this back to me.'))
    const [answer] = await answered(ada)
    await until(() => ada.all('status').length === 2, 'idle')
    const names = (await heard(ada)).filter((name) => !/^(part|delta)/.test(name))
    expect(names).toEqual([
      'msg:1 user done',
      'ack:cid-0001',
      'msg:2 assistant streaming',
      'status:working',
      'msg:3 assistant done',
      'status:idle',
    ])
    expect(answer).toMatchObject({
      pos: 2,
      author: { id: 'agent', name: 'Agent' },
      replyTo: ada.all('ack')[0]?.id,
      parts: [{ type: 'text', text: 'Say this back to me.' }],
    })
  })

  test('[W6][W9] text grows piece by piece, without halves of pairs, at most 20 frames a second', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    const say = '👩‍🚀 and 𝒶 lot of words. '.repeat(150)
    const startMs = performance.now()
    ada.say(ask('cid-0001', { say, tokensPerSecond: 800 }))
    const [answer] = await answered(ada)
    const frames = ada.all('part').length + ada.all('delta').length
    expect(frames).toBeGreaterThan(1)
    expect(frames).toBeLessThanOrEqual((performance.now() - startMs) / 50 + 3)
    expect(textOf(answer)).toBe(say)
    expect(say.startsWith(grown(ada, answer?.id ?? ''))).toBe(true)
  })

  test('[W9] who joins in the middle of a stream sees what the others have seen', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    const say = 'one two three four five six seven eight nine ten '.repeat(20)
    const answer = await room.ask({ say, tokensPerSecond: 25 })
    await until(() => ada.all('delta').length > 1, 'some text')
    await answer.pause()
    const { client: ben } = await hello(room, {}, BEN)
    const seen = textOf(ben.all('sync')[0]?.messages.at(-1)) ?? ''
    expect(seen.length).toBeGreaterThan(0)
    await room.slowStream(500)
    await answer.resume()
    const whole = await answer.ended()
    await settle(ben)
    const deltas = ben.all('delta')
    expect(deltas[0]?.from).toBe(seen.length)
    expect(say.startsWith(seen + deltas.map(({ text }) => text).join(''))).toBe(true)
    expect(textOf(whole)).toBe(say)
    await settle(ada)
    for (const client of [ada, ben]) expect(client.all('msg').at(-1)?.message).toEqual(whole)
  })

  test('parts of all kinds are added, and a tool is seen running before it is done', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    const parts: Part[] = [
      { type: 'reasoning', text: 'Let me think about it.' },
      { type: 'tool', callId: 'c1', name: 'clock', state: 'done', input: {}, output: '12:00' },
      { type: 'tool', callId: 'c2', name: 'oven', state: 'input', input: {} },
      { type: 'data', name: 'chart', value: [1, 2] },
      { type: 'file', url: 'https://example.com/a.png', mediaType: 'image/png' },
      { type: 'text', text: 'It is noon.' },
    ]
    ada.say(ask('cid-0001', { say: parts, tokensPerSecond: 60 }))
    const [answer] = await answered(ada)
    expect(answer?.parts).toEqual(parts)
    const [tool] = ada.all('part').flatMap(({ value }) => (value.type === 'tool' ? [value] : []))
    expect(tool).toMatchObject({ callId: 'c1', state: 'running' })
    expect(ada.all('part').map(({ part }) => part)).toEqual(
      ada
        .all('part')
        .map(({ part }) => part)
        .toSorted(),
    )
  })

  test('[W7] cancel ends a stream once; of what has ended it is nothing, of nothing an error', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(ask('cid-0001', { say: 'a long story '.repeat(100), tokensPerSecond: 50 }))
    await until(() => ada.all('delta').length > 1, 'some text')
    const { id } = ada.all('delta')[0] ?? { id: '' }
    ada.say({ type: 'cancel', id })
    ada.say({ type: 'cancel', id })
    ada.say({ type: 'cancel', id: 'nobody' })
    await settle(ada)
    const [answer] = await answered(ada)
    expect(answer).toMatchObject({ id, state: 'cancelled' })
    expect(textOf(answer)?.startsWith(grown(ada, id))).toBe(true)
    expect(ada.all('error')).toMatchObject([{ code: 'not_found', ref: 'nobody' }])
    expect(ada.all('status').map(({ state }) => state)).toEqual(['working', 'idle'])
    await wait(200)
    expect(await answered(ada), 'its end is final').toHaveLength(1)
  })

  test('[W7] a closing socket cancels nothing', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(ask('cid-0001', { say: 'go on without me', tokensPerSecond: 10 }))
    await settle(ada)
    ada.socket.close()
    await closed(ada)
    const stored = await settled(room)
    expect(stored.at(-1)).toMatchObject({ state: 'done', parts: [{ text: 'go on without me' }] })
  })

  test('turns run one after the other; a waiting one can be taken away', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    const cids = ['cid-0001', 'cid-0002', 'cid-0003']
    // The first goes on until the second was taken away.
    await room.slowStream(1)
    for (const cid of cids) ada.say(ask(cid, { say: `about ${cid}`, tokensPerSecond: 15 }))
    await settle(ada)
    const asked = ada.all('ack').map(({ id }) => id)
    ada.say({ type: 'cancel', id: asked[1] })
    await settle(ada)
    await room.slowStream(false)
    const answers = await answered(ada, 2)
    await until(() => ada.all('status').at(-1)?.state === 'idle', 'idle')
    expect(answers.map(({ replyTo }) => replyTo)).toEqual([asked[0], asked[2]])
    const states = ada
      .all('msg')
      .flatMap(({ message }) => (message.role === 'assistant' ? [message.state] : []))
    expect(states).toEqual(['streaming', 'done', 'streaming', 'done'])
    expect(ada.all('status').map(({ state }) => state)).toEqual(['working', 'idle'])
  })

  test('again gives the same message another answer, but one at a time', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(ask('cid-0001', { say: 'one after the other', tokensPerSecond: 60 }))
    const [answer] = await answered(ada)
    await room.slowStream(1)
    const id = answer?.id ?? ''
    const asked = ada.all('ack')[0]?.id ?? ''
    await heard(ada)
    ada.say({ type: 'again', cid: 'cid-0002', id })
    await settle(ada)
    ada.say({ type: 'again', cid: 'cid-0002', id })
    ada.say({ type: 'again', cid: 'cid-0002', id: 'another' })
    ada.say({ type: 'again', cid: 'cid-0003', id })
    ada.say({ type: 'again', cid: 'cid-0004', id: 'nobody' })
    ada.say({ type: 'again', cid: 'cid-0005', id: asked })
    expect((await heard(ada)).filter((name) => !/^(part|pong)/.test(name))).toEqual([
      'ack:cid-0002',
      'msg:4 assistant streaming',
      'status:working',
      'ack:cid-0002 dup',
      'nack:cid-0002 conflict',
      'nack:cid-0003 busy',
      'nack:cid-0004 not_found',
      'nack:cid-0005 not_found',
    ])
    expect(ada.all('ack').map((ack) => ack.id)).toEqual([asked, asked, asked])
    await room.slowStream(false)
    await answered(ada, 2)
    await room.remove(asked)
    ada.say({ type: 'again', cid: 'cid-0006', id })
    await settle(ada)
    expect(ada.all('nack').at(-1)).toMatchObject({ cid: 'cid-0006', code: 'not_found' })
  })

  test('again is busy while the message only waits for its turn, and free when that is taken away', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(send('cid-0001'))
    const [answer] = await answered(ada)
    const id = answer?.id ?? ''
    const again = async (cid: string) => {
      ada.say({ type: 'again', cid, id })
      return (await heard(ada)).filter((name) => /ack/.test(name))
    }
    await room.slowStream(1)
    ada.say(ask('cid-0002', { say: 'never to be read' }))
    await heard(ada)
    expect(await again('cid-0003')).toEqual(['ack:cid-0003'])
    expect(await again('cid-0004')).toEqual(['nack:cid-0004 busy'])
    expect(await again('cid-0003')).toEqual(['ack:cid-0003 dup'])
    ada.say({ type: 'cancel', id: ada.all('ack')[0]?.id })
    expect(await again('cid-0005')).toEqual(['ack:cid-0005'])
  })

  test('a session without an agent answers nothing, and again is forbidden', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    ada.say(send('cid-0001'))
    ada.say({ type: 'again', cid: 'cid-0002', id: 'any' })
    expect(await heard(ada)).toEqual(['msg:1 user done', 'ack:cid-0001', 'nack:cid-0002 forbidden'])
  })

  test('an answer that breaks off says so, and keeps what was read', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(ask('cid-0001', { say: 'twenty characters..', tokensPerSecond: 60, failAfter: 2 }))
    const [cut] = await answered(ada)
    expect(cut).toMatchObject({
      state: 'error',
      error: { code: 'agent_failed', message: 'The agent failed.' },
      parts: [{ text: 'twenty c' }],
    })
    await until(() => ada.all('status').at(-1)?.state === 'error', 'the error')
    await room.failingStream()
    ada.say(ask('cid-0002', { say: 'twenty characters..', tokensPerSecond: 60 }))
    ada.say(ask('cid-0003', { say: 'whole' }))
    const [, half, whole] = await answered(ada, 3)
    expect(half).toMatchObject({ state: 'error', parts: [{ text: 'twenty chara' }] })
    expect(whole).toMatchObject({ state: 'done', parts: [{ text: 'whole' }] })
  })

  test('an agent that throws fails its answer, and nothing else; why, nobody reads', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(ask('cid-0001', { say: 'never said', throws: true }))
    ada.say(ask('cid-0002', { say: 'whole' }))
    const [failed, whole] = await answered(ada, 2)
    expect(failed).toMatchObject({ state: 'error', error: { code: 'agent_failed' }, parts: [] })
    expect(JSON.stringify(failed)).not.toContain('operator')
    expect(whole).toMatchObject({ state: 'done', parts: [{ text: 'whole' }] })
  })

  test('an answer in the hand of a test: pause, resume, a detail, fail', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    const answer = await room.ask({ say: 'never to be finished '.repeat(200), tokensPerSecond: 20 })
    await until(() => ada.all('delta').length > 1, 'some text')
    await answer.pause()
    await wait(150)
    await settle(ada)
    const paused = grown(ada, answer.id)
    await answer.detail('reading')
    await wait(150)
    await settle(ada)
    expect(grown(ada, answer.id)).toBe(paused)
    expect(ada.all('status').at(-1)).toEqual({
      type: 'status',
      state: 'working',
      detail: 'reading',
    })
    await answer.resume()
    await until(() => grown(ada, answer.id).length > paused.length, 'more text')
    await answer.fail('out of words')
    expect(await answer.ended()).toMatchObject({
      state: 'error',
      error: { code: 'agent_failed', message: 'out of words' },
    })
  })

  test('a slow stream is slow', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    await room.slowStream(1)
    ada.say(ask('cid-0001', { say: 'twenty characters..', tokensPerSecond: 1000 }))
    await until(() => ada.all('part').length > 0, 'the first piece')
    await settle(ada)
    expect(ada.all('msg').at(-1)?.message.state).toBe('streaming')
    await room.slowStream(1000)
    expect(textOf((await answered(ada))[0])).toBe('twenty characters..')
  })

  test('[W8] a restart interrupts once, keeps the text, and waiting turns run', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(ask('cid-0001', { say: 'one two three four '.repeat(20), tokensPerSecond: 25 }))
    await until(() => ada.all('delta').length > 2, 'some text')
    ada.say(ask('cid-0002', { say: 'next' }))
    await settle(ada)
    const { id } = ada.all('delta')[0] ?? { id: '' }
    await room.restart()
    expect(await closed(ada)).toEqual(['open', 'error', 'close 1006'])
    const shown = grown(ada, id)
    const { epoch } = ada.all('welcome')[0] ?? { epoch: '' }
    const { client: back } = await hello(room, { epoch, cursor: 2 })
    const stored = await settled(room)
    expect(stored.map(({ role, state }) => `${role} ${state}`)).toEqual([
      'user done',
      'assistant interrupted',
      'user done',
      'assistant done',
    ])
    expect(textOf(stored[1])?.startsWith(shown)).toBe(true)
    await settle(back)
    const ends = [
      ...back.all('sync').flatMap(({ messages }) => messages),
      ...back.all('msg').map(({ message }) => message),
    ]
    expect(
      ends.filter((message) => message.id === id && message.state === 'interrupted'),
    ).toHaveLength(1)
  })

  // ------------------------------------------------------------------ how much may wait

  const slow = (cid: string) => ask(cid, { say: 'slow', tokensPerSecond: 0.1 })

  test('[W8] of one author 50 turns wait, the next is busy; a restart counts anew', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    ada.say(send('cid-0001'))
    const [answer] = await answered(ada)
    const again = { type: 'again', cid: 'cid-0002', id: answer?.id }
    for (let n = 10; n < 62; n++) ada.say(slow(`cid-00${n}`))
    ada.say({ type: 'hello', v: 1 })
    for (const said of [again, slow('cid-0010'), { type: 'hello', v: 1 }, slow('cid-0010')])
      ada.say(said)
    await settle(ada)
    expect(
      ada
        .heard()
        .filter((name) => /ack/.test(name))
        .slice(50),
    ).toEqual([
      'ack:cid-0059',
      'nack:cid-0060 busy',
      'nack:cid-0061 order',
      'nack:cid-0002 busy',
      'nack:cid-0010 order',
      'ack:cid-0010 dup',
    ])
    const [busy, , wanted] = ada.all('nack')
    for (const nack of [busy, wanted])
      expect(nack).toMatchObject({
        retryable: true,
        message: 'too many messages wait for an answer; send it again when some have got theirs',
      })
    const ben = await join(room, BEN)
    ben.say(slow('cid-0001'))
    expect(await heard(ben), 'others may go on').toContain('ack:cid-0001')
    ada.say({ type: 'cancel', id: ada.all('ack').at(-2)?.id })
    ada.say(slow('cid-0060'))
    expect(await heard(ada)).toContain('ack:cid-0060')
    await room.restart()
    await closed(ada)
    const back = await join(room)
    for (const cid of ['cid-0061', 'cid-0062']) back.say(slow(cid))
    await settle(back)
    expect(back.all('ack')).toHaveLength(2)
  })

  test('[W8] a thousand turns wait, whoever asked for them', async () => {
    const room = subject.open('talking')
    const author = (n: number) => `guest=author-number-${n}-of-many`
    for (let n = 10; n < 30; n++) {
      const client = await opened(room.dial(author(n)))
      client.say({ type: 'hello', v: 1, batch: true })
      for (let m = 10; m < 60; m++) client.say(slow(`cid-00${m}`))
      await settle(client)
      expect(client.all('ack')).toHaveLength(50)
      client.socket.close()
    }
    const late = await join(room, author(30))
    late.say(slow('cid-0001'))
    expect(await heard(late)).toEqual(['nack:cid-0001 busy'])
  })

  test('code is refused what nobody may say, in the same words', async () => {
    const room = subject.open('narrow')
    await room.post('ok', CLEO)
    const id = (await room.messages())[0]?.id ?? ''
    const file = { type: 'file', url: '', mediaType: 'image/png' }
    const wrong: [parts: unknown, message: string][] = [
      [[], 'parts: expected 1 to 32 parts'],
      [[{ type: 'text', text: '' }], 'parts: expected some content'],
      [[{ type: 'reasoning', text: 'x' }], 'parts[0]: expected a part of type text, file or data'],
      [[file], 'parts[0]: expected url to be a string'],
    ]
    for (const [parts, message] of wrong) {
      await expect(room.edit(id, parts as UserPart[])).rejects.toThrow(`edit(): ${message}`)
      await expect(room.post(parts as UserPart[], CLEO)).rejects.toThrow(`post(): ${message}`)
    }
    await expect(room.post('', CLEO)).rejects.toThrow('post(): text: expected some content')
    for (const author of [
      { ...CLEO, id: '' },
      { ...CLEO, name: 'x'.repeat(65) },
    ])
      await expect(room.post('hi', author)).rejects.toThrow(
        'post(): author: expected {id, name} of',
      )
    const large: UserPart[] = [{ type: 'text', text: 'x'.repeat(31) }]
    const tooLarge = { code: 'too_large', message: expect.stringMatching('has at most 30 bytes') }
    await expect(room.edit(id, large)).rejects.toMatchObject(tooLarge)
    await expect(room.post(large, CLEO)).rejects.toMatchObject(tooLarge)
    const fits: UserPart[] = [{ type: 'text', text: 'x'.repeat(25) }]
    await room.edit(id, fits)
    await room.edit(id, [{ type: 'text', text: 'short' }], { mood: 'calm' })
    await expect(room.edit(id, fits), 'its meta stays').rejects.toMatchObject(tooLarge)
    const full = { code: 'full', message: expect.stringMatching('has no room left') }
    await expect(subject.open('full').post('hi', CLEO)).rejects.toMatchObject(full)
    const filled = subject.open('filling')
    for (const length of [5, 250_000, 250_000]) await filled.post('x'.repeat(length), CLEO)
    const [first] = await filled.messages()
    const edits = async () => {
      // Not each of them is measured.
      for (let n = 0; n < 50; n++) await filled.edit(first?.id ?? '', fits)
    }
    await expect(edits()).rejects.toMatchObject(full)
    expect((await room.status()).head).toBe(3)
  })

  test('[W14] who is closed together hears nothing of the others; who stays hears of all', async () => {
    const room = subject.open('quiet')
    const clients = [await join(room), await join(room)]
    const ben = await join(room, BEN)
    for (const client of [...clients, ben]) await heard(client)
    const { id } = clients[0]?.all('welcome')[0]?.you.user ?? { id: '' }
    expect(await room.kick(id, false)).toBe(2)
    for (const client of clients) {
      expect(await closed(client)).toEqual(['open', 'close 4403 kicked'])
      expect(client.heard()).toEqual([])
    }
    expect(await heard(ben)).toEqual(['presence:leave 1', 'presence:leave 1'])
    const cleo = await join(room, 'name=Cleo')
    await heard(ben)
    await room.delete()
    for (const client of [ben, cleo]) {
      expect(await closed(client)).toEqual(['open', 'close 4410 deleted'])
      expect(client.heard()).toEqual([])
    }
  })

  test('[W14] others go when they are kicked out, with the session and with the process', async () => {
    const room = subject.open('quiet')
    const ada = await join(room)
    const comes = async (client: RawClient) => {
      const before = client.all('presence').length
      await room.typing('Dana', false)
      await until(() => client.all('presence').length > before, 'the news of it')
      const [news] = client.all('presence').slice(before)
      return news && 'peer' in news ? news.peer.user.id : ''
    }
    expect(await room.kick(await comes(ada), false)).toBe(1)
    await until(() => ada.all('presence').at(-1)?.op === 'leave', 'the end of it')
    expect(await room.status()).toMatchObject({ connections: 1 })
    await comes(ada)
    await room.delete()
    await closed(ada)
    const back = await join(room)
    expect(back.all('welcome')[0]).toMatchObject({ connections: 1, peers: [] })
    await comes(back)
    await Promise.all([room.restart(), room.restart()])
    await closed(back)
    const late = await join(room)
    expect(late.all('welcome')[0]).toMatchObject({ connections: 1, peers: [] })
  })

  test('[W8] retention keeps what streams, and the questions that wait for their turn', async () => {
    const room = subject.open('talking')
    const ada = await join(room)
    await room.slowStream(1)
    for (const cid of ['cid-0001', 'cid-0002', 'cid-0003']) ada.say(ask(cid, { say: 'yes' }))
    await settle(ada)
    await room.prune(1)
    const kept = (await room.messages()).map(({ role, state }) => `${role} ${state}`)
    expect(kept.toSorted()).toEqual(['assistant streaming', ...Array(3).fill('user done')])
    await room.slowStream(false)
    await answered(ada, 3)
    await until(() => ada.all('status').at(-1)?.state === 'idle', 'idle')
    await room.prune(1)
    expect(await room.messages()).toHaveLength(1)
  })

  // ------------------------------------------------------------------ lines that fail

  test('[F07][F36] a line is refused, left without an answer, closed with a code, cut', async () => {
    const room = subject.open('quiet')
    const line = room.network()
    line.refuse(true)
    expect(await closed(room.dial(ADA, { over: line }))).toEqual(['error', 'close 1006'])
    line.refuse(false)
    line.stall(1)
    const stalled = room.dial(ADA, { over: line })
    const ada = await join(room, ADA, line)
    expect(stalled.events).toEqual([])
    ada.socket.close(4000)
    line.drop(1013, 'overloaded;5000')
    expect(await closed(ada)).toEqual(['open', 'close 1013 overloaded;5000'])
    const ben = await join(room, BEN, line)
    line.offline(true)
    expect(await closed(ben)).toEqual(['open', 'error', 'close 1006'])
    expect(await closed(room.dial(ADA, { over: line }))).toEqual(['error', 'close 1006'])
    line.offline(false)
    await join(room, ADA, line)
    expect(line.faults).toMatchObject({ refused: 2, stalled: 1, dropped: 2 })
    expect([line.open, line.dials]).toEqual([1, 6])
    const early = room.dial(ADA, { over: line })
    early.socket.close()
    expect(await closed(early), 'closed before it was open').toEqual(['error', 'close 1006'])
    const cut = await join(room, BEN, line)
    cut.socket.close(4000)
    line.drop()
    expect(await closed(cut), 'cut before its close arrived').toEqual([
      'open',
      'error',
      'close 1006',
    ])
    stalled.socket.close()
    expect(await closed(stalled)).toEqual(['error', 'close 1006'])
  })

  test('[F67] a narrow line carries so much a second, each way', async () => {
    const room = subject.open('quiet')
    const line = room.network()
    const ada = await join(room, ADA, line)
    expect(() => line.bandwidth(0)).toThrow('carries nothing')
    line.bandwidth(2_000)
    const startedMs = performance.now()
    ada.say(send('cid-0001', 'x'.repeat(400)))
    expect(await heard(ada)).toEqual(['msg:1 user done', 'ack:cid-0001'])
    expect(performance.now() - startedMs).toBeGreaterThan(400)
    line.bandwidth(Infinity)
    expect(await heard(ada)).toEqual([])
  })

  test('[W3] a catch-up comes in parts of 64 KiB, a message that has more in one of its own', async () => {
    const room = subject.open('quiet')
    const large = Array.from(
      { length: 3 },
      () => ({ type: 'text', text: 'x'.repeat(30_000) }) as const,
    )
    await room.history(entries(3, { text: 'x'.repeat(30_000) }))
    await room.post(large, CLEO)
    await room.history(entries(1))
    const ada = await join(room)
    const syncs = ada.all('sync')
    expect(syncs.map(({ messages }) => messages.map(({ pos }) => pos))).toEqual([
      [1, 2],
      [3],
      [4],
      [5],
    ])
    expect(syncs.map(({ more }) => more)).toEqual([true, true, true, false])
  })

  test('a socket is the platform’s: nothing before it opens, and nothing while it closes', async () => {
    const room = subject.open('quiet')
    const line = room.network()
    const ben = await join(room, BEN)
    for (const over of [undefined, line]) {
      const ada = room.dial(ADA, over ? { over } : {})
      const fired: string[] = []
      const note = ({ type }: { type: string }) => void fired.push(type)
      ada.socket.onopen = note
      ada.socket.onclose = note
      const removed = () => void fired.push('removed')
      ada.socket.addEventListener('open', removed)
      ada.socket.removeEventListener('open', removed)
      expect(() => ada.say('{}')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }))
      await opened(ada)
      expect(() => ada.socket.close(1005)).toThrow(
        expect.objectContaining({ name: 'InvalidAccessError' }),
      )
      for (const reason of ['x'.repeat(124), 'é'.repeat(62)])
        expect(() => ada.socket.close(1000, reason)).toThrow(
          expect.objectContaining({ name: 'SyntaxError' }),
        )
      const Socket = ada.socket.constructor as new (url: string) => { close(): void; url: string }
      expect(() => new Socket('ftp://127.0.0.1')).toThrow(
        expect.objectContaining({ name: 'SyntaxError' }),
      )
      const secure = new Socket('wss://127.0.0.1:9/')
      expect(secure.url).toBe('wss://127.0.0.1:9/')
      secure.close()
      const reason = 'é'.repeat(61)
      ada.socket.close(4000, reason)
      ada.say({ after: 'the end' })
      expect((await closed(ada)).at(-1)).toBe(`close 4000 ${reason}`)
      expect(fired).toEqual(['open', 'close'])
      expect(ada.frames).toEqual([])
    }
    expect((await heard(ben)).filter((name) => name === 'echo')).toEqual([])
  })

  test('what is under way is lost with its line, or comes too late for one that closes', async () => {
    const room = subject.open('quiet')
    const line = room.network()
    line.latency({ ms: 60 })
    const ben = await join(room, BEN)
    for (const end of [() => line.drop(), (client: RawClient) => client.socket.close(4000)]) {
      const ada = await opened(room.dial(ADA, { over: line }))
      const before = ben.all('echo').length
      ada.say({ n: 1 })
      await until(() => ben.all('echo').length > before, 'the echo')
      end(ada)
      expect(await closed(ada)).toContain('open')
      await wait(150)
      expect(ada.frames).toEqual([])
    }
  })

  test('[F49] a lost ack and a lost send are mended by the same cid, after a hello', async () => {
    const room = subject.open('quiet')
    const line = room.network()
    const ada = await join(room, ADA, line)
    line.loseNext('ack')
    ada.say(send('cid-0001'))
    expect(await heard(ada)).toEqual(['msg:1 user done'])
    line.ignoreNext('send')
    ada.say(send('cid-0002'))
    expect(await heard(ada)).toEqual([])
    const { epoch } = ada.all('welcome')[0] ?? { epoch: '' }
    ada.say({ type: 'hello', v: 1, epoch, cursor: 1 })
    for (const cid of ['cid-0001', 'cid-0002']) ada.say(send(cid))
    expect(await heard(ada)).toEqual([
      'welcome',
      'sync:suffix 0 to 1',
      'ack:cid-0001 dup',
      'msg:2 user done',
      'ack:cid-0002',
    ])
    expect(line.faults).toMatchObject({ lost: 1, ignored: 1 })
  })

  test('[F64] a gap, and a lost last frame, are mended by a hello on the same socket', async () => {
    const room = subject.open('quiet')
    const line = room.network()
    const ada = await join(room, ADA, line)
    line.gap()
    await room.post('one', CLEO)
    await room.post('two', CLEO)
    expect(await heard(ada)).toEqual(['msg:2 user done'])
    const { epoch } = ada.all('welcome')[0] ?? { epoch: '' }
    ada.say({ type: 'hello', v: 1, epoch, cursor: 0 })
    expect(await heard(ada)).toEqual(['welcome', 'sync:suffix 2 to 2'])
    line.loseNext('msg')
    await room.post('three', CLEO)
    expect(await heard(ada)).toEqual([])
    ada.say({ type: 'hello', v: 1, epoch, cursor: 2 })
    expect(await heard(ada)).toEqual(['welcome', 'sync:suffix 1 to 3'])
  })

  test('[F62] what comes twice, or in another order, is all there', async () => {
    const room = subject.open('patient')
    const line = room.network()
    const ada = await join(room, ADA, line)
    const seqs = () => ada.all('msg').map(({ seq }) => seq)
    line.duplicateNext('msg')
    await room.post('one', CLEO)
    line.duplicate(true)
    await settle(ada)
    await room.post('two', CLEO)
    await settle(ada)
    line.duplicate(false)
    await room.post('three', CLEO)
    await settle(ada)
    expect(seqs()).toEqual([1, 1, 2, 2, 3])
    expect(line.faults.duplicated).toBe(2)
    line.reorder(true)
    const ben = await join(room, BEN)
    for (let n = 10; n < 25; n++) ben.say(send(`cid-00${n}`))
    await until(() => seqs().length === 20, 'all of them')
    expect(seqs()).not.toEqual(seqs().toSorted((a, b) => a - b))
    expect(
      seqs()
        .slice(5)
        .toSorted((a, b) => a - b),
    ).toEqual(Array.from({ length: 15 }, (_, n) => n + 4))
    expect(line.faults.reordered).toBeGreaterThan(0)
  })

  test('[F17] a half-open line swallows everything, and says nothing', async () => {
    const room = subject.open('quiet')
    const line = room.network()
    line.latency({ ms: 5, jitterMs: 20 })
    const ada = await join(room, ADA, line)
    line.halfOpen(true)
    const deaf = await opened(room.dial(BEN, { over: line }))
    ada.say(send('cid-0001'))
    expect(ada.socket.bufferedAmount).toBeGreaterThan(0)
    await room.post('unheard', CLEO)
    await until(() => line.faults.swallowed > 1, 'what is said either way')
    expect([ada.events, deaf.events]).toEqual([['open'], ['open']])
    expect(ada.heard().filter((name) => name !== 'pong')).toEqual([])
    line.halfOpen(false)
    ada.say(send('cid-0002'))
    expect(await heard(ada)).toEqual(['msg:2 user done', 'ack:cid-0002'])
    expect(line.faults.swallowed).toBeGreaterThan(1)
  })
})

/** What no server has a counterpart for; the fake's own tests prove it. */
const OWN = [
  /createFakeServer\.ts: .*return options\.admit\(url\)/,
  /createFakeServer\.ts: .*>>> listener\(event\)/,
  /createFakeServer\.ts: .*>>> onFrame\(listener\)/,
  /createFakeServer\.ts: .*is no session id/,
  /createFakeServer\.ts: .*function answerShortly/,
  // Browsers take http: in the address of a socket; the kit doesn’t give it to them.
  /createFakeWebSocketClass\.ts: .*replace\("http"/,
  /FakeLog\.ts: .*has a message \$\{id\} already/,
  // A real one that is busy can't be put to sleep by waiting.
  /FakeRoom\.ts: .*this\.turns\.isBusy\) >>> return false/,
  // A line that nobody reads: slowReader.test.ts shows it on real TCP (W13).
  /FakeMember\.ts: .*slow_reader/,
  /FakeRoom\.ts: .*#?(?:isB|b)ehind\(member/,
  // An agent whose answer is none: a mistake of its author.
  /FakeTurns\.ts: .*an answer is a text/,
  /FakeTurns\.ts: .*Object\.prototype\.toString/,
  // An agent that has nothing to say; a real one at least begins.
  /FakeTurns\.ts: .*answer === null\) >>>/,
  /FakeTurns\.ts: .*state === "working"\) >>> this\.setStatus\(\{ state: "idle" \}\)/,
  // The minute that a browser waits for the answer to its close frame.
  /FakeWire\.ts: .*CLOSE_TIMEOUT_MS/,
]
/** Every file of the fake server and its network; not the clock, the seed and what observes. */
const FAKE =
  /ui-kit\/src\/testing\/(Fake|createFake|NetworkFaults|guestOf|packFrames|splitMessages)/

test('no path of the fake server was left out', async () => {
  const missed = await coverage.missed(FAKE)
  const isOwn = (path: string) => OWN.some((own) => own.test(path))
  expect(missed.filter((path) => !isOwn(path))).toEqual([])
  expect(OWN.filter((own) => !missed.some((path) => own.test(path)))).toEqual([])
})
