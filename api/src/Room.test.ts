import { describe, expect, test } from 'vitest'
import { checkEndings } from '../test/endNear.ts'
import {
  agentGives,
  checkEvictions,
  evict,
  inside,
  LINE_MODES,
  MODES,
  newCid,
  newSession,
  socketOf,
  TestClient,
  testEnv,
  textOf,
} from '../test/TestClient.ts'
import { signTicket } from './tickets.ts'

const quiet = { SESSION_LIMITS: '{"burst":10000,"perSecond":10000}' }
const ticket = async (claims: object = {}) =>
  `ticket=${await signTicket({ sub: 'u1', sid: '*', ...claims }, testEnv.SESSION_SECRET ?? '')}`

/** Each once; what came behind a cut is shown without what it went through in between. */
function expectInOrder(seqs: number[], first: number, { abort }: { abort: boolean }): void {
  if (abort) expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
  else expect(seqs).toEqual(seqs.map((_, index) => first + index))
}

describe.each(MODES)('$mode', (mode) => {
  test('[T10][W2][S14][S29][S30] seq counts 1, 2, 3 for everybody; what is refused or repeated uses no number', async () => {
    const session = newSession(quiet)
    const [ada, bob] = [await TestClient.join(session, mode), await TestClient.join(session, mode)]
    const cid = newCid()
    const first = await ada.tell('one', cid)
    expect(first).toMatchObject({ seq: 1, ...(!mode.abort && { dup: false }) })
    expect(await ada.tell('one', cid)).toEqual({ ...first, dup: true })
    await ada.say({ type: 'send', cid, text: 'other' })
    expect(await ada.get('nack')).toMatchObject({ code: 'conflict', retryable: false })
    await ada.say({ type: 'send', cid: newCid(), text: '' })
    await ada.get('error')
    await bob.tell('two', cid)
    const seqs = bob.frames.flatMap((frame) => (frame.type === 'msg' ? [frame.seq] : []))
    expectInOrder(seqs, 1, mode)
    const { sync } = await (await TestClient.connect(session, mode)).hello()
    expect(sync.messages.filter(({ role }) => role === 'user').map(textOf)).toEqual(['one', 'two'])
    expect(sync.to).toBe(sync.messages.reduce((seq, message) => Math.max(seq, message.seq), 0))
  })

  test('[W5][S28] a resend on another socket of the same author is the same message', async () => {
    const session = newSession(quiet)
    const query = 'guest=the-secret-of-a-guest'
    const cid = newCid()
    const one = await TestClient.join(session, { ...mode, query })
    await one.say({
      type: 'send',
      cid,
      parts: [{ type: 'data', name: 'x', value: { a: 1, b: 2 } }],
    })
    const ack = await one.get('ack')
    one.close()
    const two = await TestClient.join(session, { ...mode, query })
    // The order of keys is no content, and an unknown field is none either (W10).
    const part = { value: { b: 2, a: 1 }, name: 'x', type: 'data', more: true }
    await two.say({ type: 'send', cid, parts: [part], extra: 1 })
    expect(await two.get('ack')).toEqual({ ...ack, dup: true })
  })

  test('[W3][S27] a large catch-up is cut into frames, of which the last says so', async () => {
    const limits = { serverFrameBytes: 40_000, burst: 1000 }
    const session = newSession({ SESSION_LIMITS: JSON.stringify(limits), AGENT: 'none' })
    const client = await TestClient.join(session, mode)
    for (let i = 0; i < 6; i++) await client.tell(`${i}`.repeat(15_000))
    const { syncs, sync } = await client.hello({ batch: false })
    expect(syncs.length).toBeGreaterThan(2)
    expect(syncs.map(({ more }) => more)).toEqual(syncs.map((_, i) => i < syncs.length - 1))
    expect(sync.messages.filter(({ role }) => role === 'user')).toHaveLength(6)
    for (const text of client.texts) expect(text.length).toBeLessThanOrEqual(40_000)
  })

  test('[W4][S17] who joins while others write gets every seq exactly once', async () => {
    const session = newSession(quiet)
    const writer = await TestClient.join(session, mode)
    const writing = (async () => {
      for (let i = 0; i < 30; i++) await writer.tell(`line ${i}`)
    })()
    for (let i = 0; i < 4; i++) {
      const reader = await TestClient.connect(session, mode)
      const { sync } = await reader.hello()
      await reader.get('msg')
      await reader.get('msg')
      const later = reader.frames.flatMap((frame) => (frame.type === 'msg' ? [frame.seq] : []))
      expectInOrder(later, sync.to + 1, mode)
      reader.close()
    }
    await writing
  })

  test('[T08][T11][W16][S72] a viewer reads and does not write; identity in a frame is ignored', async () => {
    const session = newSession(quiet)
    const viewer = await TestClient.join(session, {
      ...mode,
      query: await ticket({ role: 'viewer' }),
    })
    await viewer.say({
      type: 'send',
      cid: newCid(),
      text: 'x',
      role: 'admin',
      author: { id: 'u2' },
    })
    expect(await viewer.get('nack')).toMatchObject({ code: 'forbidden', retryable: false })
    const member = await TestClient.join(session, { ...mode, query: await ticket({ sub: 'u3' }) })
    await member.say({ type: 'send', cid: newCid(), text: 'x', author: { id: 'u2', name: 'Eve' } })
    const { message } = await viewer.get('msg')
    expect(message.author).toEqual({ id: 'u3', name: 'u3' })
    await viewer.say({ type: 'again', cid: newCid(), id: message.id })
    expect(await viewer.get('nack')).toMatchObject({ code: 'forbidden' })
    await viewer.say({ type: 'cancel', id: message.id })
    expect(await viewer.get('error')).toMatchObject({ code: 'forbidden', ref: message.id })
    // A raw value is none of these.
    await viewer.say(['by a viewer'])
    expect(await viewer.get('echo')).toMatchObject({ data: ['by a viewer'] })
  })

  test('[W11][S49] every text comes back as it was, and well-formed', async () => {
    const session = newSession({ ...quiet, AGENT: 'none' })
    const client = await TestClient.join(session, mode)
    const texts = [`'; DROP TABLE messages; --`, 'a\u0000b', '\u202Eabc', '👩‍👩‍👧 𝒳', '<script>']
    for (const text of texts) await client.tell(text)
    await client.say(`{"type":"send","cid":"${newCid()}","text":"half \\ud83d pair"}`)
    await client.get('ack')
    const { sync } = await client.hello()
    const users = sync.messages.filter(({ role }) => role === 'user')
    expect(users.map(textOf)).toEqual([...texts, 'half \uFFFD pair'])
  })

  test('[W1][S44] any JSON comes back as echo to every connection, with and without hello', async () => {
    const session = newSession(quiet)
    const raw = await TestClient.connect(session, mode)
    const live = await TestClient.join(session, mode)
    const values = [
      1,
      null,
      'text',
      [1, [2]],
      { a: 1 },
      { type: 'toString' },
      JSON.parse('{"__proto__":{"type":"send"},"constructor":1}'),
    ]
    for (const value of values) await raw.say(JSON.stringify(value))
    for (const client of [raw, live])
      for (const value of values) {
        const echo = await client.get('echo')
        expect(JSON.stringify(echo.data)).toBe(JSON.stringify(value))
      }
    expect(live.frames.at(-1)).toMatchObject({ type: 'echo', from: expect.any(String) })
  })

  test('[W3] a snapshot has a limit while an answer streams, which then comes first', async () => {
    const session = newSession({ SESSION_LIMITS: '{"syncMessages":3,"burst":1000}' })
    const client = await TestClient.join(session, mode)
    await client.tell('by hand')
    const { message } = await client.get('msg', (frame) => frame.message.state === 'streaming')
    for (const text of ['a', 'b', 'c', 'd']) await client.tell(text)
    const { sync } = await (await TestClient.connect(session, mode)).hello()
    expect(sync.messages.map(({ pos }) => pos)).toEqual([message.pos, 4, 5, 6])
    expect(sync).toMatchObject({ mode: 'snapshot', to: 6, hasOlder: true })
    await agentGives(session, 'end')
  })

  test('[W10] a hello of another version is closed with 4426', async () => {
    const client = await TestClient.connect(newSession(quiet), mode)
    await client.say({ type: 'hello', v: 2 })
    expect(await client.getClosed()).toEqual({ code: 4426, reason: 'version' })
  })

  test('[W10] what was said before a hello of another version is stored and answered', async () => {
    const session = newSession({ ...quiet, AGENT: 'none' })
    const client = await TestClient.join(session, mode)
    const cid = newCid()
    await inside(session, (instance, state) => {
      const socket = socketOf(state, client)
      for (const frame of [
        { type: 'send', cid, text: 'x' },
        { type: 'hello', v: 2 },
      ])
        instance.webSocketMessage(socket, JSON.stringify(frame))
    })
    expect((await client.getClosed()).code).toBe(4426)
    expect(client.rest('ack')).toMatchObject([{ cid, seq: 1 }])
  })

  test('[T14][W11][S44] what is nested very deeply makes nothing throw', async () => {
    const session = newSession(quiet)
    const client = await TestClient.join(session, mode)
    const deep = '['.repeat(30_000) + ']'.repeat(30_000)
    await client.say(deep)
    await client.get('echo')
    await client.say(
      `{"type":"send","cid":"${newCid()}","parts":[{"type":"data","name":"x","value":${deep}}]}`,
    )
    expect(await client.get('error')).toMatchObject({ code: 'bad_frame' })
    await client.say(`{"type":"presence","state":{"x":${'['.repeat(400)}${']'.repeat(400)}}}`)
    await client.tell('still here')
  })

  test('[T14][W12][S46] an over-long frame is named, then the socket is closed with 1009', async () => {
    const session = newSession(quiet)
    const client = await TestClient.join(session, mode)
    await client.say(`"${'é'.repeat(32_766)}"`)
    await client.get('echo')
    await client.say(`"${'é'.repeat(32_768)}"`)
    expect(await client.get('error')).toMatchObject({ code: 'too_large', fatal: true })
    expect(await client.getClosed()).toEqual({ code: 1009, reason: 'too_large' })
  })

  test('[T04][W16][S71] an expired ticket is closed at its next frame, and at the next broadcast', async () => {
    const session = newSession(quiet)
    const query = await ticket({ exp: Math.floor(Date.now() / 1000) - 58 })
    const speaker = await TestClient.join(session, { ...mode, query })
    const reader = await TestClient.join(session, { ...mode, query })
    const other = await TestClient.join(session, mode)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    await speaker.say({ type: 'send', cid: newCid(), text: 'too late' })
    expect(await speaker.getClosed()).toEqual({ code: 4401, reason: 'expired' })
    await other.tell('in time')
    expect(await reader.getClosed()).toEqual({ code: 4401, reason: 'expired' })
    expect(reader.texts.join()).not.toContain('in time')
    const { sync } = await (await TestClient.connect(session, mode)).hello()
    expect(sync.messages.filter(({ role }) => role === 'user').map(textOf)).toEqual(['in time'])
  })

  test('[W12] of sends beyond the allowance one is limited, and the later ones wait for it', async () => {
    const session = newSession({ AGENT: 'none', SESSION_LIMITS: '{"burst":25,"perSecond":1}' })
    const ada = await TestClient.join(session, mode)
    const cids = Array.from({ length: 26 }, newCid)
    await inside(session, (instance, state) => {
      for (const cid of cids)
        instance.webSocketMessage(
          socketOf(state, ada),
          JSON.stringify({ type: 'send', cid, text: 'x' }),
        )
    })
    await ada.get('nack', ({ cid }) => cid === cids.at(-1))
    const answers = ada.frames.flatMap((frame) => {
      if (frame.type === 'nack') expect(frame.waitMs).toBeGreaterThan(0)
      if (frame.type === 'nack') expect(frame.retryable).toBe(true)
      return frame.type === 'ack' ? ['ack'] : frame.type === 'nack' ? [frame.code] : []
    })
    expect(answers).toEqual([...Array(20).fill('ack'), 'rate_limited', ...Array(5).fill('order')])
  })

  test('[W15] an attachment that no version can read ends the socket and throws nothing', async () => {
    const session = newSession()
    const client = await TestClient.connect(session, mode)
    await inside(session, (_, state) => {
      for (const socket of state.getWebSockets()) socket.serializeAttachment({ v: 99 })
    })
    await evict(session)
    await client.say({ type: 'hello', v: 1 })
    expect((await client.getClosed()).code).toBe(1011)
  })
})

describe.each(LINE_MODES)('on one line, $mode', (mode) => {
  test('[T14][W11][S44][S45][S73] a bad frame is named, the socket stays, the tenth in a minute closes it', async () => {
    const session = newSession(quiet)
    const client = await TestClient.join(session, mode)
    const bad: [unknown, string][] = [
      ['{', 'frame'],
      ['', 'frame'],
      [new ArrayBuffer(3), 'frame'],
      [{ type: 'send', cid: 'short', text: 'x' }, 'cid'],
      [{ type: 'send', cid: newCid(), text: 1 }, 'text'],
      [{ type: 'hello', v: 1, cursor: -1 }, 'cursor'],
      [{ type: 'hello', v: 1, cursor: 2 ** 53 }, 'cursor'],
      [{ type: 'page', ref: 'r', before: 1.5, limit: 3 }, 'before'],
      [{ type: 'presence', state: [] }, 'state'],
    ]
    for (const [frame, field] of bad) {
      await client.say(frame)
      const error = await client.get('error')
      expect(error).toMatchObject({ code: 'bad_frame', fatal: false })
      expect(error.message.startsWith(`${field}: `), error.message).toBe(true)
    }
    await client.tell('still here')
    await client.say('[')
    expect(await client.get('error')).toMatchObject({ code: 'bad_frame', fatal: true })
    expect(await client.getClosed()).toEqual({ code: 4400, reason: 'bad_frame' })
    for (const text of client.texts) expect(text).not.toMatch(/\bat .*\.ts|Error:/)
  })

  test('[W3][S18][S22] hello gives a suffix to who belongs to this log, else a snapshot', async () => {
    const session = newSession({ ...quiet, SESSION_LIMITS: '{"syncMessages":6,"burst":1000}' })
    const client = await TestClient.join(session, mode)
    const { epoch } = (await client.hello()).welcome
    for (const text of ['a', 'b', 'c', 'd']) await client.tell(text)
    await client.get('msg', (frame) => frame.seq === 12)
    const answer = async (fields: object) => {
      const { sync } = await client.hello(fields)
      return [sync.mode, sync.to, sync.messages.map(({ seq }) => seq)]
    }
    expect(await answer({ epoch, cursor: 9 })).toEqual(['suffix', 12, [10, 12]])
    expect(await answer({ epoch, cursor: 12 })).toEqual(['suffix', 12, []])
    const newest = ['snapshot', 12, [4, 6, 7, 9, 10, 12]]
    for (const fields of [{}, { epoch }, { cursor: 9 }, { epoch: 'other', cursor: 9 }])
      expect(await answer(fields)).toEqual(newest)
    expect(await answer({ epoch, cursor: 13 })).toEqual(newest)
    expect(await answer({ epoch, cursor: 0 })).toEqual(newest)
  })

  test('[W10][S26] a hello again is harmless: one catch-up, no second join, no doubled frames', async () => {
    const session = newSession(quiet)
    const [ada, bob] = [await TestClient.join(session, mode), await TestClient.join(session, mode)]
    await bob.hello()
    await bob.hello({ unknown: 'field' })
    const ack = await bob.tell('once')
    await ada.get('msg', (frame) => frame.seq === ack.seq)
    const joins = ada.frames.filter((frame) => frame.type === 'presence')
    expect(joins).toHaveLength(1)
    await bob.settle()
    const copies = bob.frames.filter((frame) => frame.type === 'msg' && frame.seq === ack.seq)
    expect(copies).toHaveLength(1)
  })

  test('[W11] before hello only echoes are for a connection', async () => {
    const client = await TestClient.connect(newSession(quiet), mode)
    const frames = [
      { type: 'send', cid: 'cid-0001', text: 'x' },
      { type: 'again', cid: 'cid-0001', id: 'x' },
      { type: 'cancel', id: 'cid-0001' },
      { type: 'page', ref: 'cid-0001', before: 1, limit: 1 },
      { type: 'presence', state: {} },
    ]
    for (const frame of frames) {
      await client.say(frame)
      const ref = frame.type === 'presence' ? {} : { ref: 'cid-0001' }
      expect(await client.get('error')).toMatchObject({ code: 'hello_required', ...ref })
    }
  })
})

test('[T12][W12][S50] a flood is slowed, its sends keep their order, and others do not suffer', async () => {
  const session = newSession({ AGENT: 'none', SESSION_LIMITS: '{"burst":5,"perSecond":5}' })
  const ada = await TestClient.join(session)
  const bob = await TestClient.join(session)
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const cids = Array.from({ length: 9 }, newCid)
  for (const [i, cid] of cids.entries()) await ada.say({ type: 'send', cid, text: `${i}` })
  const limited = await ada.get('nack')
  expect(limited).toMatchObject({ cid: cids[5], code: 'rate_limited', retryable: true })
  expect(limited.waitMs).toBeGreaterThan(0)
  expect(limited.waitMs).toBeLessThanOrEqual(200)
  await bob.tell('unhurt')
  await new Promise((resolve) => setTimeout(resolve, 450))
  await evict(session)
  await ada.say({ type: 'send', cid: cids[6], text: '6' })
  expect(
    await ada.get('nack', (nack) => nack.cid === cids[6] && nack.code === 'order'),
  ).toMatchObject({ retryable: true })
  await ada.tell('5', cids[5])
  await ada.tell('6', cids[6])
  await ada.say({ type: 'presence', state: {} })
  const { sync } = await bob.hello()
  expect(sync.messages.map(textOf)).toEqual(['0', '1', '2', '3', '4', 'unhurt', '5', '6'])
})

test('[W12][S50] a hello lifts the order, and more than 100 refused frames close the socket', async () => {
  const session = newSession({ AGENT: 'none', SESSION_LIMITS: '{"burst":8,"perSecond":8}' })
  const ada = await TestClient.join(session)
  for (let i = 0; i < 9; i++) await ada.say({ type: 'send', cid: newCid(), text: `${i}` })
  await ada.get('nack')
  await new Promise((resolve) => setTimeout(resolve, 900))
  await ada.hello()
  await ada.tell('after')
  for (let i = 0; i < 125; i++) await ada.say({ i })
  const { code, reason } = await ada.getClosed()
  expect(code).toBe(4429)
  expect(reason).toMatch(/^rate_limited;\d+$/)
})

test('[W15] evictions were in earnest', () => checkEvictions(100))

test('[W1] ends were in earnest', () => checkEndings(1))
