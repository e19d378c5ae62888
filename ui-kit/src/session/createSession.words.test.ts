/** What a person says, at its edges: in whose name, in which order, and what is refused. */

import { describe, expect, test } from 'vitest'
import type { Message } from '../protocol/index.ts'
import type { TabLocks } from './createTabs.ts'
import { altered, createStorage, createWorld, rows, text, texts } from './createWorld.test.ts'
import type { Content } from './Session.ts'
import type { SessionOptions } from './SessionOptions.ts'

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

describe('refused before the wire', () => {
  const deep = Array.from({ length: 80 }).reduce((inner) => [inner], 1 as unknown)

  test.each<[string, unknown, string]>([
    ['33 parts', Array(33).fill({ type: 'text', text: 'x' }), '1 to 32 parts'],
    ['80 levels', [{ type: 'data', name: 'x', value: deep }], '64 levels'],
    ['data without a value', [{ type: 'data', name: 'x', value: undefined }], 'a value'],
    ['a file without an address', [{ type: 'file', url: '', mediaType: 'a/b' }], 'url'],
    ['a part nobody may send', [{ type: 'reasoning', text: 'x' }], 'text, file or data'],
  ])('[F56] %s, with the limit', (_, parts, words) => {
    const { join, sent, clock } = createWorld()
    const session = join()
    expect(() => session.send({ parts } as Content)).toThrow(
      expect.objectContaining({ code: 'bad_content', message: expect.stringContaining(words) }),
    )
    clock.advance(1_000)
    expect(session.getMessages()).toEqual([])
    expect(sent('send')).toEqual([])
  })

  test('[F56] a cid that no server reads, because of a createId of another shape', () => {
    const { join, sent, clock } = createWorld()
    const session = join({ createId: () => '7', guest: 'a'.repeat(20) })
    expect(() => session.send('hello')).toThrow(expect.objectContaining({ code: 'bad_id' }))
    clock.advance(60_000)
    expect(session.getMessages()).toEqual([])
    expect(sent('hello')).toHaveLength(1)
  })

  test('again() on a closed session rejects, as what it promises would', async () => {
    const session = createWorld().join()
    session.close()
    await expect(session.again('answer')).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('nothing that cannot travel stays in a queue', () => {
  test('[F56] a part whose value JSON drops is refused while its words are still in the box', () => {
    const { join } = createWorld()
    const session = join({ storage: createStorage() })
    for (const value of [() => 1, Symbol('s'), { toJSON: () => undefined }]) {
      const parts = [
        { type: 'text', text: 'keep me' },
        { type: 'data', name: 'x', value },
      ]
      expect(() => session.send({ parts } as Content)).toThrow(
        expect.objectContaining({ code: 'bad_content', message: expect.stringContaining('[1]') }),
      )
    }
    expect(session.getMessages()).toEqual([])
  })

  test('[W7] cancel as a click handler stops what streams, and harms nothing that follows', () => {
    const { join, clock, room, sent } = createWorld()
    const session = join()
    const click: Record<string, unknown> = { type: 'click' }
    click.target = click
    for (const given of [click, { isTrusted: true }, 7, '']) {
      session.cancel(given as never)
      const { id } = room.stream('x '.repeat(500), { tokensPerSecond: 20 })
      clock.advance(1_000)
      session.cancel(given as never)
      clock.advance(1_000)
      expect(JSON.parse(sent('cancel').at(-1)?.data ?? '')).toEqual({ type: 'cancel', id })
    }
    session.send('after it')
    clock.advance(1_000)
    expect(room.messages.map(({ state }) => state)).toEqual([...Array(4).fill('cancelled'), 'done'])
    expect(rows(session).at(-1)).toBe('after it stored')
  })

  test('again() without the id of an answer rejects, and leaves no row', async () => {
    const { join, clock } = createWorld()
    const session = join()
    for (const given of [undefined, '', { isTrusted: true }])
      await expect(session.again(given as never)).rejects.toMatchObject({ code: 'bad_id' })
    clock.advance(1_000)
    expect(session.getMessages()).toEqual([])
  })

  test('[W11] a presence state deeper than the server reads is refused; undefined is an empty one', () => {
    const { join, clock, sent } = createWorld()
    const session = join()
    let deep = {}
    for (let level = 0; level < 66; level++) deep = { deep }
    expect(() => session.setPresence(deep)).toThrow(
      expect.objectContaining({ code: 'bad_content' }),
    )
    session.setPresence(undefined as never)
    clock.advance(1_000)
    expect(sent('presence').map(({ data }) => JSON.parse(data).state)).toEqual([{}])
  })
})

test('[F49] again() settles, too, when its ack was lost and the catch-up begins after it', async () => {
  const { join, clock, server, room } = createWorld({
    agent: () => 'answer',
    limits: { syncMessages: 5 },
  })
  const session = join()
  session.send('question')
  clock.advance(5_000)
  server.loseNext('ack', 1)
  const stored = session.again(session.getMessages().at(-1)?.id ?? '')
  clock.advance(50)
  server.offline(true)
  for (let i = 0; i < 150; i++) room.post(`${i}`)
  server.offline(false)
  clock.advance(60_000)
  await expect(stored).rejects.toMatchObject({ code: 'not_here' })
})

test('[F85] [F52] what several tabs said goes in the order of saying, once one sends it all', async () => {
  const { join, clock, server, room } = createWorld()
  const storage = createStorage()
  const [first, second] = [join({ storage }), join({ storage })]
  server.offline(true)
  for (const [tab, word] of [
    [first, 'a'],
    [first, 'b'],
    [first, 'c'],
    [second, 'd'],
    [first, 'e'],
  ] as const) {
    clock.advance(1_000)
    tab.send(word)
  }
  for (const tab of [first, second]) tab.close()
  const next = join({ storage })
  expect(texts(next)).toEqual(['a', 'b', 'c', 'd', 'e'])
  server.offline(false)
  clock.advance(60_000)
  expect(room.messages.map(text)).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('[F49] another author’s message under a cid of ours leaves our row alone', () => {
  const { join, clock, server } = createWorld()
  const session = join()
  server.nackNext('forbidden')
  const { cid } = session.send('mine')
  clock.advance(100)
  join({ createId: () => cid, guest: 'b'.repeat(20) }).send('theirs')
  clock.advance(100)
  expect(rows(session).toSorted()).toEqual(['mine failed', 'theirs stored'])
  expect(session.getMessage(cid)).toMatchObject({ delivery: 'failed' })
})

test('[F49] [F55] what was stored before a reload is one row beside an initial of nobody’s', async () => {
  const { join, clock, server, room } = createWorld()
  const storage = createStorage()
  const locks: TabLocks = { request: async (_name, _options, run) => run() }
  const before = join({ storage, locks })
  server.loseNext('ack')
  server.loseNext('msg')
  before.send('once')
  clock.advance(50)
  before.close()
  server.offline(true)
  const initial = {
    sessionId: 'room',
    epoch: room.epoch,
    head: room.head,
    messages: structuredClone(room.messages) as Message[],
    hasOlder: false,
  }
  const after = join({ storage, locks, initial })
  await settle()
  clock.advance(100)
  expect(rows(after)).toEqual(['once stored'])
  server.offline(false)
  clock.advance(60_000)
  expect(rows(after)).toEqual(['once stored'])
})

test('[F61] older history that a lost line swallowed is asked for anew, however late', async () => {
  const { join, clock, server, room } = createWorld()
  room.history(Array.from({ length: 700 }, (_, index) => ({ text: `${index}` })))
  const session = join()
  server.latency({ ms: 100 })
  const loaded = session.loadOlder()
  clock.advance(50)
  server.offline(true)
  clock.advance(30_000)
  await settle()
  expect(session.store.getState().history.phase).toBe('loading')
  const before = session.getMessages().length
  server.offline(false)
  clock.advance(60_000)
  await loaded
  expect(session.getMessages().length).toBe(before + 50)
})

test('[W12] a presence state is copied: what is said anew was checked', () => {
  const { join, sent, clock } = createWorld()
  const session = join()
  const state = { page: '1' }
  session.setPresence(state)
  state.page = 'x'.repeat(5_000)
  session.reconnect()
  clock.advance(1_000)
  const said = sent('presence').map(({ data }) => data)
  expect(said).toEqual([said[0], said[0]])
})

describe('said, and not kept', () => {
  test('[W12] a broadcast tells whether it was said: not while away, nor above the allowance', () => {
    const { join, clock, server } = createWorld()
    const session = join()
    const heard: unknown[] = []
    session.onBroadcast((data) => heard.push(data))
    const said = Array.from({ length: 40 }, (_, n) => session.broadcast({ wave: n }))
    clock.advance(1_000)
    expect(said[0]).toBe(true)
    expect(said.at(-1)).toBe(false)
    expect(heard).toHaveLength(said.filter(Boolean).length)
    server.offline(true)
    clock.advance(100)
    expect(session.broadcast('hello')).toBe(false)
  })

  test('[W12] one cancel for each answer, however often it was pressed offline', () => {
    const { join, clock, server, sent, room } = createWorld()
    const session = join()
    room.stream('a long answer '.repeat(40), { tokensPerSecond: 1 })
    clock.advance(1_000)
    const [answer] = session.getMessages()
    server.offline(true)
    for (let i = 0; i < 100; i++) session.cancel(answer?.id)
    session.cancel('another')
    server.offline(false)
    clock.advance(30_000)
    expect(sent('cancel').map(({ data }) => JSON.parse(data).id)).toEqual([answer?.id, 'another'])
  })

  test('[W10] limits that an older server does not name are the usual ones', () => {
    const { join, clock, server } = createWorld()
    const session = join({
      WebSocket: altered(server.WebSocket, (data) =>
        data.replace(/"limits":\{[^}]*\}/, '"limits":{"burst":20}'),
      ),
    })
    session.send('hello')
    clock.advance(1_000)
    expect(rows(session)).toEqual(['hello stored'])
    expect(session.bytesLeft('')).toBeGreaterThan(60_000)
  })
})

test('[F55] a tab reloads with what was typed in it, though another tab typed and cleared since', () => {
  const { join, say } = createWorld()
  const storage = createStorage()
  const [first, second] = [join({ storage }), join({ storage })]
  first.setDraft('a long text')
  second.setDraft('x')
  second.setDraft('')
  say('pagehide')
  first.close()
  second.close()
  const next = join({ storage })
  expect(next.getDraft()).toBe('a long text')
  const other = join({ storage })
  other.setDraft('a text of its own')
  next.setDraft('')
  expect(join({ storage }).getDraft()).toBe('a text of its own')
})

describe('a ticket’s bearer who was offline', () => {
  const as = (sub: string) => ({ ticket: () => JSON.stringify({ sub, sid: '*', exp: 1e11 }) })

  const page = { sessionId: 'room', epoch: null, head: 0, messages: [], hasOlder: false }

  /** @param word the page's, on who it is */
  async function leftOffline(
    world: ReturnType<typeof createWorld>,
    word: Pick<SessionOptions, 'userId' | 'initial'> = {},
  ) {
    const storage = createStorage()
    world.join({ storage, ...as('ada') }).close()
    world.server.offline(true)
    const before = world.join({
      storage,
      ...as('ada'),
      ...word,
    })
    for (const word of ['one', 'two']) before.send(word)
    before.close()
    world.server.offline(false)
    return storage
  }

  test.each([
    { by: 'userId', word: { userId: 'ada' } },
    { by: 'initial', word: { initial: { ...page, userId: 'ada' } } },
  ])(
    '[F55] [F58] known by $by finds the own words after a reload, and they leave in order',
    async ({ word }) => {
      const world = createWorld()
      const storage = await leftOffline(world, word)
      const after = world.join({ storage, ...as('ada') })
      after.send('three')
      world.clock.advance(30_000)
      expect(rows(after)).toEqual(['one stored', 'two stored', 'three stored'])
      expect(world.room.messages.map(({ author }) => author.id)).toEqual(['ada', 'ada', 'ada'])
    },
  )

  test('[F58] is not spoken for by who comes after', async () => {
    const world = createWorld()
    const storage = await leftOffline(world, { userId: 'ada' })
    const other = world.join({ storage, ...as('bob') })
    world.clock.advance(30_000)
    expect(other.getMessages()).toEqual([])
    expect(world.room.messages).toEqual([])
    other.close()
    world.join({ storage, ...as('ada') })
    world.clock.advance(30_000)
    expect(world.room.messages.map(({ author }) => author.id)).toEqual(['ada', 'ada'])
  })

  test('[F58] without the page’s word the writer is unknown, whoever was here before, and that is what it says', async () => {
    const world = createWorld()
    const storage = await leftOffline(world)
    const after = world.join({ storage, ...as('ada') })
    world.clock.advance(30_000)
    expect(world.room.messages).toEqual([])
    const [first] = after.getMessages()
    expect(first?.failure).toMatchObject({ code: 'unknown_writer' })
    after.retry(first?.key ?? '')
    world.clock.advance(1_000)
    expect(world.room.messages.map(text)).toEqual(['one'])
  })

  test('[F58] in one page what was said first is theirs who turn out to be here', () => {
    const { join, clock, server, room } = createWorld()
    const storage = createStorage()
    join({ storage, ...as('ada') }).close()
    server.offline(true)
    join({ storage, ...as('bob') }).send('of bob')
    server.offline(false)
    clock.advance(30_000)
    expect(room.messages.map(({ author }) => author.id)).toEqual(['bob'])
  })
})

test('[W12] presence that changes with each frame leaves messages their turn', () => {
  const { join, clock, sent } = createWorld()
  const session = join()
  for (let n = 0; n < 200; n++) {
    session.setPresence({ x: n })
    clock.advance(16)
  }
  session.send('through')
  for (let n = 0; n < 60; n++) {
    session.setPresence({ y: n })
    clock.advance(16)
  }
  expect(rows(session)).toEqual(['through stored'])
  clock.advance(1_000)
  expect(sent('presence').at(-1)?.data).toContain('"y":59')
})
