/** The line, the people and the rendering of a session, on the fake server. */

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createStorage, createWorld, phase, rows, texts } from './createWorld.test.ts'

describe('the line', () => {
  test('[F10] is live only after the sync, and tells since when it is not', () => {
    const { join, clock, server } = createWorld()
    server.ignoreNext('hello')
    const session = join()
    expect(phase(session)).toBe('syncing')
    expect(session.store.getState().status).toBe('connecting')
    clock.advance(12_000)
    expect(phase(session)).toBe('live')
    expect(session.store.getState().connection.downSinceMs).toBeUndefined()
    server.drop()
    clock.advance(10)
    expect(session.store.getState().connection.downSinceMs).toBeGreaterThan(10_000)
  })

  test('[F12] [F40] a ticket is asked for anew at every attempt; the third refusal ends it', async () => {
    let asked = 0
    const { join, clock, server } = createWorld({
      admit: () => ({ close: 4401, reason: 'unauthorized' }),
    })
    const session = join({
      ticket: () => {
        asked++
        return 'bad'
      },
    })
    clock.advance(60_000)
    expect(asked).toBe(3)
    expect(server.dials).toBe(3)
    expect(session.store.getState().connection).toMatchObject({
      phase: 'ended',
      close: { code: 4401 },
    })
    await expect(session.ready).rejects.toMatchObject({ code: 'ended' })
    expect(session.send('kept').cid).toBeDefined()
  })

  test('[F40] tickets that were good do not add up: live in between, a third refusal is no end', () => {
    const { join, clock, server, room } = createWorld()
    const session = join({ ticket: () => server.ticket({ sub: 'ada' }) })
    for (let n = 0; n < 20; n++) {
      clock.advance(9_000)
      room.kick('ada', { refresh: true })
    }
    clock.advance(30_000)
    expect(phase(session)).toBe('live')
  })

  test('[F40] a server that welcomes each ticket and refuses it at once is not dialled in a loop', () => {
    const { join, clock, server, room } = createWorld()
    const session = join({ random: () => 0.5, ticket: () => server.ticket({ sub: 'ada' }) })
    session.store.subscribe(({ status }) => {
      if (status === 'connected') room.kick('ada', { refresh: true })
    })
    room.kick('ada', { refresh: true })
    clock.advance(60_000)
    expect(server.dials).toBeLessThan(10)
  })

  test('[F37] a 1000 from the server is no end; 4410 is, until somebody wants it again', () => {
    const { join, clock, server, room } = createWorld()
    const session = join()
    server.drop(1000)
    clock.advance(3_000)
    expect(phase(session)).toBe('live')
    room.delete()
    clock.advance(60_000)
    expect(phase(session)).toBe('ended')
    session.reconnect()
    clock.advance(100)
    expect(phase(session)).toBe('live')
  })

  test('[F28] [F29] into the back/forward cache and out: one reconnect, nothing lost', () => {
    const { join, clock, server, room, say, page } = createWorld()
    const session = join()
    page.visible = false
    say('pagehide')
    room.post('meanwhile')
    clock.advance(120_000)
    expect(server.open).toBe(0)
    page.visible = true
    say('pageshow')
    clock.advance(1_000)
    expect(texts(session)).toEqual(['meanwhile'])
    expect(server.dials).toBe(2)
  })

  test('close() is idempotent, rejects what is unanswered, leaves no timer and no socket', async () => {
    const { join, clock, server } = createWorld()
    const session = join()
    server.ignoreNext('send')
    const { stored } = session.send('unanswered')
    session.close()
    session.close()
    await expect(stored).rejects.toMatchObject({ code: 'closed' })
    clock.advance(600_000)
    expect(server.dials).toBe(1)
    expect(server.open).toBe(0)
    expect(phase(session)).toBe('ended')
  })

  test('older history is refused at once when the session has ended or was closed', async () => {
    const { join, clock, server, room } = createWorld({ limits: { syncMessages: 5 } })
    room.history(Array.from({ length: 20 }, (_, i) => ({ text: `${i}` })))
    const session = join()
    const history = () => session.store.getState().history.phase
    const asked = session.loadOlder()
    server.drop(4403, 'forbidden')
    await Promise.all([
      expect(asked).rejects.toMatchObject({
        code: 'ended',
        message: expect.stringMatching(/forbidden/),
      }),
      (async () => clock.advance(100))(),
    ])
    expect(history()).toBe('error')
    await expect(session.loadOlder()).rejects.toMatchObject({ code: 'ended' })
    session.reconnect()
    clock.advance(100)
    expect(history()).toBe('idle')
    session.close()
    await expect(session.loadOlder()).rejects.toMatchObject({ code: 'closed' })
    expect(history()).toBe('idle')
    session.reconnect()
    clock.advance(100)
    const older = session.loadOlder()
    clock.advance(100)
    await older
    expect(session.getMessages()).toHaveLength(20)
  })

  test('forget() wipes outbox, draft and the guest’s secret', () => {
    const { join, server } = createWorld()
    const storage = createStorage()
    const session = join({ storage })
    session.setDraft('half a thought')
    server.offline(true)
    session.send('never')
    expect(join({ storage }).getDraft()).toBe('half a thought')
    session.forget()
    expect([...storage.texts.keys()]).toEqual([])
    expect(texts(session)).toEqual([])
    expect(session.getDraft()).toBe('')
  })
})

describe('people', () => {
  test('presence and typing reach the others, come again after a reconnect, and count people', () => {
    const { join, clock, server, room } = createWorld()
    const ada = join({ name: 'Ada', guest: 'ada'.repeat(8) })
    const bob = join({ name: 'Bob', guest: 'bob'.repeat(8), WebSocket: server.network().WebSocket })
    ada.setPresence({ mood: 'fine' })
    ada.setTyping(true)
    clock.advance(200)
    const seen = () => bob.store.getState().peers.map(({ user, state }) => [user.name, state])
    expect(seen()).toEqual([['Ada', { mood: 'fine', typing: true }]])
    expect(bob.store.getState().connections).toBe(2)
    server.drop()
    clock.advance(100)
    expect(seen()).toEqual([])
    clock.advance(3_000)
    expect(seen()).toEqual([['Ada', { mood: 'fine', typing: true }]])
    room.join('Cy')
    clock.advance(100)
    expect(ada.store.getState().peers.map(({ user }) => user.name)).toEqual(['Bob', 'Cy'])
  })

  test('a broadcast reaches everybody, is dropped while not live, and may not pose as a frame', () => {
    const { join, clock, server } = createWorld()
    const session = join()
    const heard: unknown[] = []
    session.onBroadcast((data) => heard.push(data))
    session.broadcast({ type: 'wave' })
    clock.advance(100)
    server.drop()
    clock.advance(10)
    session.broadcast('lost')
    clock.advance(5_000)
    expect(heard).toEqual([{ type: 'wave' }])
    expect(() => session.broadcast({ type: 'hello' })).toThrow(/the protocol uses/)
  })

  test('[W12] a broadcast that is too large, or no JSON, is refused before the wire', () => {
    const { join, frames } = createWorld()
    const session = join()
    const before = frames.length
    expect(() => session.broadcast('é'.repeat(32_768))).toThrow(
      expect.objectContaining({ code: 'too_large', message: expect.stringContaining('65536') }),
    )
    for (const value of [undefined, () => 1, Symbol('no')])
      expect(() => session.broadcast(value)).toThrow(
        expect.objectContaining({
          code: 'not_json',
          message: expect.stringContaining(typeof value),
        }),
      )
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(() => session.broadcast(circle)).toThrow(TypeError)
    session.broadcast('é'.repeat(32_767))
    expect(frames).toHaveLength(before)
    expect(phase(session)).toBe('live')
  })

  test('typing that is not renewed is taken back, and not said again after a reconnect', () => {
    const { join, clock, server } = createWorld()
    const ada = join({ name: 'Ada', guest: 'ada'.repeat(8) })
    const bob = join({ name: 'Bob', guest: 'bob'.repeat(8), WebSocket: server.network().WebSocket })
    const seen = () => bob.store.getState().peers.map(({ state }) => state)
    ada.setTyping(true)
    clock.advance(5_000)
    ada.setTyping(true)
    clock.advance(5_000)
    expect(seen()).toEqual([{ typing: true }])
    clock.advance(1_200)
    expect(seen()).toEqual([{}])
    server.drop()
    clock.advance(5_000)
    expect(seen()).toEqual([{}])
  })

  test('after a catch-up those who did not change are the same as before', () => {
    const { join, clock, room, server } = createWorld()
    const session = join()
    room.typing('Cy', true)
    room.join('Di')
    clock.advance(100)
    const [cy, di] = session.store.getState().peers
    server.drop()
    room.typing('Di', true)
    clock.advance(5_000)
    const { peers } = session.store.getState()
    expect(peers.map(({ user }) => user.name)).toEqual(['Cy', 'Di'])
    expect(peers[0]).toBe(cy)
    expect(peers[1]).not.toBe(di)
  })
})

describe('rendering', () => {
  test('[F73] a token wakes its own row, and the store not at all', () => {
    const { join, clock, room } = createWorld()
    const session = join()
    room.history([{ text: 'before' }])
    room.stream('word '.repeat(200), { tokensPerSecond: 50 })
    clock.advance(500)
    const [first = '', second = ''] = session.store.getState().keys
    const woken = { first: 0, second: 0, store: 0, any: 0 }
    session.subscribeMessage(first, () => woken.first++)
    session.subscribeMessage(second, () => woken.second++)
    session.subscribeMessages(() => woken.any++)
    session.store.subscribe(() => woken.store++)
    clock.advance(1_000)
    expect(woken.second).toBeGreaterThan(5)
    expect(woken).toEqual({ first: 0, second: woken.second, store: 0, any: woken.second })
  })

  test('[F71] a listener that throws harms no other, nor the cursor, nor send', () => {
    const { join, clock, room, sent } = createWorld()
    const session = join()
    const errors: unknown[] = []
    vi.stubGlobal('reportError', (error: unknown) => errors.push(error))
    onTestFinished(() => void vi.unstubAllGlobals())
    const heard = { store: 0, row: 0, any: 0, data: 0 }
    const bad = () => {
      throw new Error('mine')
    }
    room.post('a')
    clock.advance(100)
    const [key = ''] = session.store.getState().keys
    session.store.subscribe(bad)
    session.store.subscribe(() => heard.store++)
    session.subscribeMessage(key, bad)
    session.subscribeMessage(key, () => heard.row++)
    session.subscribeMessages(bad)
    session.subscribeMessages(() => heard.any++)
    session.onBroadcast(bad)
    session.onBroadcast(() => heard.data++)
    expect(session.send('mine').cid).toBeDefined()
    session.broadcast('wave')
    room.edit(session.getMessage(key)?.id ?? '', [{ type: 'text', text: 'b' }])
    clock.advance(30_000)
    expect(rows(session)).toEqual(['b stored', 'mine stored'])
    expect(Object.values(heard).every((count) => count > 0)).toBe(true)
    expect(errors).toHaveLength(heard.store + heard.row + heard.any + heard.data)
    expect(sent('hello')).toHaveLength(1)
  })

  test('the same arrays come back as long as nothing changed', () => {
    const { join, clock, room } = createWorld()
    const session = join()
    room.history([{ text: 'a' }, { text: 'b' }])
    clock.advance(100)
    const list = session.getMessages()
    const { keys, outbox } = session.store.getState()
    session.setTyping(true)
    clock.advance(1_000)
    expect(session.getMessages()).toBe(list)
    expect(session.store.getState().keys).toBe(keys)
    room.edit(list[0]?.id ?? '', [{ type: 'text', text: 'changed' }])
    clock.advance(100)
    expect(texts(session)).toEqual(['changed', 'b'])
    expect(session.getMessages()[1]).toBe(list[1])
    expect(session.store.getState().keys).toBe(keys)
    expect(session.store.getState().outbox).toBe(outbox)
  })
})
