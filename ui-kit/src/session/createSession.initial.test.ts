/** A session that begins with what a server fetched: shown at once, then only what came since. */

import { describe, expect, test } from 'vitest'
import { assertNoGaps } from '../testing/assertNoGaps.ts'
import { createStorage, createWorld, phase, rows, texts } from './createWorld.test.ts'
import type { InitialSession } from './InitialSession.ts'

type World = ReturnType<typeof createWorld>

/** As `GET …/do/messages` answers at this moment. */
function fetched({ room }: World, limit = 100): InitialSession {
  const { epoch, head, messages } = room
  const newest = structuredClone(messages.slice(-limit))
  return { sessionId: 'room', epoch, head, messages: newest, hasOlder: messages.length > limit }
}

const lastHello = ({ sent }: World) => JSON.parse(sent('hello').at(-1)?.data ?? '{}')

function syncs({ frames }: World) {
  return frames
    .filter(({ to, data }) => to === 'toClient' && data.includes('"type":"sync"'))
    .flatMap(({ data }) => JSON.parse(data))
    .filter(({ type }) => type === 'sync')
}

describe('initial', () => {
  test('it is there at once, before any socket, and the hello goes on from it', () => {
    const world = createWorld()
    const { room, server, join, clock } = world
    room.history([{ text: 'one' }, { text: 'two' }])
    const initial = fetched(world)
    server.offline(true)
    const session = join({ initial })
    expect(rows(session)).toEqual(['one stored', 'two stored'])
    expect(session.store.getState()).toMatchObject({
      status: 'disconnected',
      history: { phase: 'idle', hasOlder: false },
      unread: { count: 0 },
    })
    room.post('meanwhile')
    server.offline(false)
    session.reconnect()
    clock.advance(1_000)
    expect(lastHello(world)).toMatchObject({ epoch: initial.epoch, cursor: initial.head })
    expect(syncs(world)).toMatchObject([{ mode: 'suffix', messages: [{ pos: 3 }] }])
    expect(texts(session)).toEqual(['one', 'two', 'meanwhile'])
    // What came after it is what the reader has not seen.
    expect(session.store.getState().unread.count).toBe(1)
    assertNoGaps(session.getMessages(), room.messages)
  })

  test.each([-1, 0.5, Number.NaN])('[F69] one with the head %s is no beginning', (head) => {
    const world = createWorld()
    world.room.history([{ text: 'one' }, { text: 'two' }])
    const session = world.join({ initial: { ...fetched(world), head } })
    expect([phase(session), texts(session)]).toEqual(['live', ['one', 'two']])
  })

  test('the initial state is what a server rendered, and stays so', () => {
    const world = createWorld()
    const { room, join, clock } = world
    room.history([{ text: 'one' }])
    const session = join({ initial: fetched(world) })
    const [first] = session.getInitialMessages()
    room.edit(first?.id ?? '', [{ type: 'text', text: 'changed' }])
    room.post('more')
    clock.advance(100)
    expect(texts(session)).toEqual(['changed', 'more'])
    expect(session.store.getInitialState()).toMatchObject({
      status: 'connecting',
      keys: [first?.key],
      history: { phase: 'idle' },
    })
    expect(session.getInitialMessages()).toEqual([
      { ...first, parts: [{ type: 'text', text: 'one' }] },
    ])
  })

  test('a copy with a lower seq never replaces one with a higher', () => {
    const world = createWorld()
    const { room, join, clock } = world
    const [message] = room.history([{ text: 'first words' }])
    const old = fetched(world)
    room.edit(message?.id ?? '', [{ type: 'text', text: 'second words' }])
    // A head that the server has, with a message from before it: as a cache may hold it.
    const session = join({ initial: { ...fetched(world), messages: old.messages } })
    expect(texts(session)).toEqual(['first words'])
    room.edit(message?.id ?? '', [{ type: 'text', text: 'third words' }])
    clock.advance(100)
    expect(texts(session)).toEqual(['third words'])
    // And one that is older than the page it stands on is caught up with at the first hello.
    const late = join({ initial: old })
    expect(texts(late)).toEqual(['third words'])
    assertNoGaps(late.getMessages(), room.messages)
  })

  test('what was deleted, and what was pruned, since it was fetched goes', () => {
    const world = createWorld()
    const { room, join } = world
    room.history(Array.from({ length: 6 }, (_, i) => ({ text: `m${i}` })))
    const initial = fetched(world)
    room.remove(room.messages[1]?.id ?? '')
    expect(join({ initial }).getMessages()[1]).toMatchObject({ state: 'deleted', parts: [] })
    room.prune(2)
    const session = join({
      initial: { ...initial, head: 1, messages: initial.messages.slice(0, 1) },
    })
    expect(syncs(world).at(-1)).toMatchObject({ mode: 'snapshot' })
    expect(texts(session)).toEqual(['m4', 'm5'])
  })

  test('an answer that was half written goes on', () => {
    const world = createWorld()
    const { room, join, clock } = world
    room.stream('one two three four five six', { tokensPerSecond: 10 })
    clock.advance(200)
    const initial = fetched(world)
    expect(initial.messages[0]?.state).toBe('streaming')
    clock.advance(200)
    const session = join({ initial })
    clock.advance(5_000)
    expect(rows(session)).toEqual(['one two three four five six stored'])
    assertNoGaps(session.getMessages(), room.messages)
  })

  test.each([
    ['of a log that was wiped since', (world: World) => world.room.wipe()],
    ['of another epoch', (world: World) => world.room.renewEpoch()],
  ])('one %s is replaced by what there is', (_, change) => {
    const world = createWorld()
    const { room, join } = world
    room.history([{ text: 'before' }])
    const initial = fetched(world)
    change(world)
    room.post('after')
    const session = join({ initial })
    expect(syncs(world).at(-1)).toMatchObject({ mode: 'snapshot' })
    assertNoGaps(session.getMessages(), room.messages)
  })

  test('one of another session counts for nothing', () => {
    const world = createWorld()
    world.room.history([{ text: 'here' }])
    const initial = { ...fetched(world), sessionId: 'elsewhere' }
    const session = world.join({ initial })
    expect(lastHello(world)).not.toHaveProperty('cursor')
    expect(session.getInitialMessages()).toEqual([])
    expect(texts(session)).toEqual(['here'])
  })

  test('an empty one says so, instead of loading', () => {
    const world = createWorld()
    world.server.offline(true)
    const empty = { sessionId: 'room', epoch: null, head: 0, messages: [], hasOlder: false }
    const session = world.join({ initial: empty })
    expect(session.store.getState().history).toEqual({ phase: 'idle', hasOlder: false })
    world.room.post('the first')
    world.server.offline(false)
    session.reconnect()
    world.clock.advance(1_000)
    expect(texts(session)).toEqual(['the first'])
  })

  test('older history comes in front of it', async () => {
    const world = createWorld()
    const { room, join, clock } = world
    room.history(Array.from({ length: 30 }, (_, i) => ({ text: `m${i}` })))
    const session = join({ initial: fetched(world, 10) })
    expect(session.getMessages()).toHaveLength(10)
    expect(session.store.getState().history.hasOlder).toBe(true)
    const loaded = session.loadOlder(15)
    clock.advance(100)
    await loaded
    expect(session.getMessages()).toHaveLength(25)
    assertNoGaps(session.getMessages(), room.messages.slice(5))
  })
})

describe('own rows', () => {
  const guest = 'a-secret-of-one-guest'

  async function spoken() {
    const world = createWorld()
    const before = world.join({ guest })
    const { cid, stored } = before.send('mine')
    world.clock.advance(100)
    const { author, id } = await stored
    before.close()
    world.room.post('theirs')
    return { world, cid, id, author, initial: fetched(world) }
  }

  test('whose reader is known, they are their own at once', async () => {
    const { world, cid, author, initial } = await spoken()
    world.server.offline(true)
    const session = world.join({ guest, initial: { ...initial, userId: author.id } })
    expect(session.getMessages().map(({ key }) => key)).toEqual([cid, initial.messages[1]?.id])
    expect(session.getInitialMessages().map(({ key }) => key)).toEqual(
      session.store.getInitialState().keys,
    )
  })

  test('else with the first welcome, and one row stays one row', async () => {
    const { world, cid, id, initial } = await spoken()
    world.server.offline(true)
    const session = world.join({ guest, initial })
    expect(session.getMessages()[0]).toMatchObject({ key: id })
    world.server.offline(false)
    session.reconnect()
    world.clock.advance(1_000)
    expect(session.getMessages().map(({ key }) => key)).toEqual([cid, initial.messages[1]?.id])
    expect(session.getMessage(id)).toBeUndefined()
    assertNoGaps(session.getMessages(), world.room.messages)
    // It is found by its key from now on, whoever changes it.
    world.room.edit(id, [{ type: 'text', text: 'changed' }])
    world.clock.advance(100)
    expect(session.getMessage(cid)).toMatchObject({ parts: [{ text: 'changed' }] })
  })

  test('what waits in the outbox and is in it as stored is one row, and is not sent again', () => {
    const world = createWorld()
    const { server, join, clock, room, sent } = world
    const storage = createStorage()
    server.loseNext('ack')
    server.loseNext('msg')
    const before = join({ guest, storage })
    const { cid } = before.send('once')
    clock.advance(100)
    before.close()
    expect(room.messages).toHaveLength(1)
    const count = sent('send').length
    server.offline(true)
    const session = join({ guest, storage, initial: fetched(world) })
    expect(session.getMessages()).toMatchObject([{ key: cid, delivery: 'stored' }])
    expect(session.store.getState().outbox).toEqual([])
    server.offline(false)
    session.reconnect()
    clock.advance(20_000)
    expect(sent('send')).toHaveLength(count)
    assertNoGaps(session.getMessages(), room.messages)
  })
})
