/** What a client is given that was away, was cut off or comes late: statements of failures.md. */

import { abortAllDurableObjects } from 'cloudflare:test'
import type { Message } from '@session-kit/ui-kit/protocol'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkEndings } from '../test/endNear.ts'
import { Replica } from '../test/Replica.ts'
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
  TestClient,
  textOf,
} from '../test/TestClient.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const limits = (more: object = {}) => ({
  SESSION_LIMITS: JSON.stringify({ burst: 10_000, perSecond: 10_000, ...more }),
})
const alone = { AGENT: 'none', ...limits() }

/** A client, and what it knows, put together strictly by the rules; it outlives its line. */
class Follower {
  readonly replica = new Replica()
  client: TestClient
  #applied = 0

  private constructor(client: TestClient) {
    this.client = client
  }

  static async enter(session: string, options: ConnectOptions = {}): Promise<Follower> {
    const follower = new Follower(await TestClient.connect(session, options))
    await follower.client.hello()
    return follower
  }

  /** On a new line, from where it stands. */
  async resume(options: ConnectOptions = {}) {
    this.list()
    this.client = await TestClient.connect(this.client.session, options)
    this.#applied = 0
    return this.hello()
  }

  hello() {
    this.list()
    const { epoch, cursor } = this.replica
    return this.client.hello({ epoch, cursor })
  }

  /** Every message, with all that came until now. */
  list(): Message[] {
    const { frames } = this.client
    while (this.#applied < frames.length) {
      const frame = frames[this.#applied++]
      if (frame) this.replica.apply(frame)
    }
    return this.replica.list()
  }
}

const isDone = (messages: readonly Message[], count: number) => {
  expect(messages.length).toBe(count)
  expect(messages.every(({ state }) => state !== 'streaming')).toBe(true)
}

const pos = ({ messages }: { messages: readonly Message[] }) => messages.map((one) => one.pos)

describe.each(MODES)('$mode', (mode) => {
  test('[S20] a cursor above the head is answered by a snapshot, one that is none by bad_frame', async () => {
    const session = newSession(alone)
    const client = await TestClient.join(session, mode)
    const { epoch } = (await client.hello()).welcome
    for (const text of ['a', 'b']) await client.tell(text)
    for (const cursor of [3, Number.MAX_SAFE_INTEGER]) {
      const { sync } = await client.hello({ epoch, cursor })
      expect([sync.mode, sync.to, pos(sync)]).toEqual(['snapshot', 2, [1, 2]])
    }
    for (const cursor of ['-1', '1.5', '"2"', '9007199254740993', 'null', 'true', '[]', '{}']) {
      await client.say(`{"type":"hello","v":1,"epoch":"${epoch}","cursor":${cursor}}`)
      const { code, message } = await client.get('error')
      expect([code, message.split(':')[0]], cursor).toEqual(['bad_frame', 'cursor'])
    }
    expect(pos((await client.hello({ epoch, cursor: 1 })).sync)).toEqual([2])
  })

  test('[S27] a catch-up of too many bytes is cut into bounded frames, and older parts are left to paging', async () => {
    const serverFrameBytes = 20_000
    const syncBytes = 60_000
    const session = newSession({ AGENT: 'none', ...limits({ serverFrameBytes, syncBytes }) })
    const client = await TestClient.join(session, mode)
    for (let i = 0; i < 24; i++) await client.tell(`${i} `.padEnd(5_000, 'é'))
    const { epoch } = (await client.hello()).welcome
    for (const fields of [{}, { epoch, cursor: 2 }]) {
      const behind = client.texts.length
      const { sync, syncs } = await client.hello({ batch: false, ...fields })
      expect([sync.mode, sync.to, sync.hasOlder]).toEqual(['snapshot', 24, true])
      expect(syncs.length).toBeGreaterThan(2)
      const sizes = client.texts.slice(behind).map((text) => new TextEncoder().encode(text).length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(serverFrameBytes)
      expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(syncBytes + 5_000)
      const seen = pos(sync)
      while ((seen[0] ?? 1) > 1) {
        await client.say({ type: 'page', ref: 'older', before: seen[0], limit: 100 })
        seen.unshift(...pos(await client.get('page')))
      }
      expect(seen).toEqual(Array.from({ length: 24 }, (_, index) => index + 1))
    }
  })

  test('[S39] another answer is a message of its own, and nothing of the earlier one changes', async () => {
    const session = newSession(limits())
    const ada = await Follower.enter(session, mode)
    await ada.client.tell('by hand')
    await agentGives(session, 'first', 'end')
    await vi.waitFor(() => isDone(ada.list(), 2))
    const [question, first] = ada.list() as [Message, Message]
    await ada.client.say({ type: 'again', cid: newCid(), id: first.id })
    await ada.client.get('msg', ({ message }) => message.pos > 2)
    const behind = ada.client.frames.length
    await agentGives(session, 'second')
    await ada.client.getAny(['part', 'delta'])
    await agentGives(session, ' one', 'end')
    await vi.waitFor(() => isDone(ada.list(), 3))
    const [, same, second] = ada.list() as [Message, Message, Message]
    expect([same, second.replyTo, textOf(second)]).toEqual([first, question.id, 'second one'])
    const said = ada.client.frames.slice(behind)
    const ids = said.flatMap((frame) =>
      frame.type === 'delta' || frame.type === 'part'
        ? [frame.id]
        : frame.type === 'msg'
          ? [frame.message.id]
          : [],
    )
    expect(new Set(ids)).toEqual(new Set([second.id]))
    const { sync } = await (await TestClient.connect(session, mode)).hello()
    expect(sync.messages).toEqual(ada.list())
  })

  test('[W3] the message that streams is in a catch-up once, above the cursor and below it', async () => {
    const session = newSession(limits())
    const ada = await TestClient.join(session, mode)
    await ada.tell('by hand')
    const { seq } = await ada.get('msg', ({ message }) => message.state === 'streaming')
    await agentGives(session, 'shown')
    await ada.get('part')
    const { epoch } = (await ada.hello()).welcome
    for (const fields of [{}, { epoch, cursor: seq - 1 }, { epoch, cursor: seq }]) {
      const { sync } = await ada.hello(fields)
      const growing = sync.messages.filter(({ state }) => state === 'streaming')
      expect(growing.map(textOf), JSON.stringify(fields)).toEqual(['shown'])
    }
  })
})

describe.each(LINE_MODES)('on one line, $mode', (mode) => {
  test('[S24] who never received a message resumes from 0 with the epoch of the welcome', async () => {
    const session = newSession(alone)
    const early = await Follower.enter(session, mode)
    expect([early.list(), early.replica.cursor]).toEqual([[], 0])
    early.client.close()
    await early.client.getClosed()
    const other = await TestClient.join(session, mode)
    for (const text of ['a', 'b', 'c']) await other.tell(text)
    const { sync } = await early.resume(mode)
    expect([sync.mode, pos(sync)]).toEqual(['suffix', [1, 2, 3]])
    expect(early.list().map(textOf)).toEqual(['a', 'b', 'c'])
  })

  test('[S25] frames that are not stored neither carry the cursor nor move it', async () => {
    const session = newSession(limits())
    const ada = await Follower.enter(session, mode)
    const bob = await TestClient.join(session, mode)
    await bob.tell('by hand')
    await ada.client.get('status')
    const { head } = (await ada.hello()).welcome
    await agentGives(session, 'a text')
    await ada.client.get('part')
    await agentGives(session, ' that grows', { type: 'data', name: 'd', value: 1 })
    await ada.client.get('part', (frame) => frame.part === 1)
    await bob.say({ type: 'presence', state: { typing: true } })
    await bob.say({ seq: 99, to: 99, anything: true })
    await bob.settle()
    await ada.client.say({ type: 'page', ref: 'r', before: 2, limit: 1 })
    await ada.client.say('{')
    await inside(session, (it) => it.hands.at(-1)?.turn.status('thinking'))
    await ada.client.get('status', ({ detail }) => detail === 'thinking')
    await ada.client.settle()
    const kinds = new Set<string>()
    for (const frame of ada.client.frames) {
      if (['welcome', 'sync', 'msg'].includes(frame.type)) continue
      kinds.add(frame.type)
      for (const field of ['seq', 'to', 'head', 'cursor']) expect(frame).not.toHaveProperty(field)
    }
    const all = ['delta', 'echo', 'error', 'page', 'part', 'pong', 'presence', 'status']
    expect([...kinds].sort()).toEqual(all)
    const { welcome, sync } = await ada.hello()
    expect([welcome.head, sync.mode, sync.to]).toEqual([head, 'suffix', head])
    await agentGives(session, 'end')
  })

  test('[W4] who says hello among others gets by the catch-up what was said before, and live what comes after', async () => {
    const session = newSession(alone)
    const ada = await TestClient.join(session, mode)
    const [bob, cy] = [
      await TestClient.connect(session, mode),
      await TestClient.connect(session, mode),
    ]
    const cids = [newCid(), newCid()]
    const hello = { type: 'hello', v: 1, batch: true }
    await inside(session, (instance, state) => {
      const hear = (socket: WebSocket | undefined, frame: object) =>
        instance.webSocketMessage(socket as WebSocket, JSON.stringify(frame))
      const [one, other] = state
        .getWebSockets()
        .filter((socket) => socket.deserializeAttachment().phase === 'raw')
      hear(socketOf(state, ada), { type: 'send', cid: cids[0], text: 'before' })
      hear(one, hello)
      hear(other, hello)
      hear(socketOf(state, ada), { type: 'send', cid: cids[1], text: 'after' })
      // Its hello still waits, and is not passed by.
      hear(one, { type: 'presence', state: { typing: true } })
    })
    for (const client of [bob, cy]) {
      await client.get('msg')
      const told = client.frames.flatMap((frame) =>
        frame.type === 'sync'
          ? frame.messages.map(textOf)
          : frame.type === 'msg'
            ? [textOf(frame.message)]
            : [],
      )
      expect([client.frames[0]?.type, told]).toEqual(['welcome', ['before', 'after']])
    }
    // Ada is told of both at once.
    await ada.get('presence', (frame) => frame.op === 'state')
    const joins = ada.texts.filter((text) => text.includes('"op":"join"'))
    expect(joins.length).toBe(1)
  })
})

test('[S11] when every socket is cut, all clients reach the same state without a lost or doubled message', async () => {
  const session = newSession(limits())
  const people = [await Follower.enter(session), await Follower.enter(session)]
  const [ada, bob] = people as [Follower, Follower]
  await ada.client.tell('by hand')
  await agentGives(session, 'as far as it got')
  await bob.client.get('part')
  const cid = newCid()
  await bob.client.tell('the next one', cid)
  await abortAllDurableObjects()
  for (const { client } of people) expect((await client.getClosed()).code).toBe(1006)
  people.push(await Follower.enter(session))
  await ada.resume()
  await bob.resume()
  await vi.waitFor(() => {
    for (const one of people) isDone(one.list(), 4)
  })
  for (const one of people) expect(one.list()).toEqual(ada.list())
  const shown = ada.list().map((one) => `${one.role} ${one.state} ${textOf(one)}`)
  expect(shown).toEqual([
    'user done by hand',
    'assistant interrupted as far as it got',
    'user done the next one',
    'assistant done about the next one',
  ])
})

test('[S15] what was stored when the object died before its broadcast is delivered by resume', async () => {
  const session = newSession(alone)
  const reports = expectReports()
  const query = 'guest=the-secret-of-a-guest'
  const [ada, bob] = [await Follower.enter(session, { query }), await Follower.enter(session)]
  await ada.client.tell('before')
  await inside(session, (_, state) => {
    // The list of sockets is asked for when all is stored and nothing is sent.
    const list = state.getWebSockets.bind(state)
    let refusals = 1
    Object.defineProperty(state, 'getWebSockets', {
      value: () => {
        if (refusals-- > 0) throw new Error('sabotage')
        return list()
      },
    })
  })
  const cid = newCid()
  await ada.client.say({ type: 'send', cid, text: 'stored' })
  for (const one of [ada, bob]) expect((await one.client.getClosed()).code).toBe(1011)
  expect(reports).toEqual(['flush.broken'])
  await abortAllDurableObjects()
  for (const one of [ada, bob]) {
    expect(one.list().map(textOf)).toEqual(['before'])
    const { sync } = await one.resume({ query })
    expect([sync.mode, pos(sync)]).toEqual(['suffix', [2]])
    expect(one.list().map(textOf)).toEqual(['before', 'stored'])
  }
  expect(await ada.client.tell('stored', cid)).toMatchObject({ seq: 2, dup: true })
})

test('[S38] clients that came at different moments of an answer each get the rest of it, once', async () => {
  const session = newSession(limits())
  const people = [await Follower.enter(session)]
  await people[0]?.client.tell('by hand')
  const lengths: number[] = []
  for (const text of ['one ', 'two 😀 ', 'three ']) {
    await agentGives(session, text)
    await people[0]?.client.getAny(['part', 'delta'])
    const late = await Follower.enter(session)
    lengths.push(textOf(late.list().at(-1) as Message).length)
    people.push(late)
    await people[1]?.hello()
  }
  expect(lengths).toEqual([4, 11, 17])
  await agentGives(session, 'four', 'end')
  await vi.waitFor(() => {
    for (const one of people) isDone(one.list(), 2)
  })
  for (const one of people)
    expect(textOf(one.list().at(-1) as Message)).toBe('one two 😀 three four')
})

test('[W15] evictions were in earnest', () => checkEvictions(20))

test('[W1] ends were in earnest', () => checkEndings(1, ['queued', 'transaction', 'catch-up']))
