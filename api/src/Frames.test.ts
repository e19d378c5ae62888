/** What becomes of frames that meet in one flush, and of those whose flush fails. */

import type { ServerFrame } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { type FakeConnection, fakeConnection } from '../test/fakeConnection.ts'
import { type TestRoom, withRoom } from '../test/withRoom.ts'
import type { Respond } from './Turn.ts'

const forever: Respond = async function* () {
  await new Promise(() => {})
}

function open(room: TestRoom, ...ids: string[]): FakeConnection[] {
  const connections = ids.map((id) => fakeConnection(id))
  for (const connection of connections) {
    room.connections.push(connection)
    room.room.opened(connection)
  }
  return connections
}

const say = (room: TestRoom, connection: FakeConnection, frame: object) =>
  room.room.frames.receive(connection, JSON.stringify(frame))

const hello = (room: TestRoom, connection: FakeConnection) =>
  say(room, connection, { type: 'hello', v: 1 })

const heard = ({ texts }: FakeConnection): ServerFrame[] =>
  texts.splice(0).map((text) => JSON.parse(text))

/** What the connection knows of the agent, in the order in which it was told. */
const statuses = (connection: FakeConnection) =>
  heard(connection).flatMap((frame) => {
    if (frame.type === 'welcome') return [frame.status]
    if (frame.type !== 'status') return []
    const { type, ...status } = frame
    return [status]
  })

test('[W4] who says hello between the end of a turn and the next one hears that the agent works', () =>
  withRoom({ respond: forever }, async (room) => {
    const [ada, bob] = open(room, 'ada', 'bob') as [FakeConnection, FakeConnection]
    hello(room, ada)
    for (const cid of ['cid-of-one', 'cid-of-two']) say(room, ada, { type: 'send', cid, text: cid })
    await room.settle()
    const [answer] = room.messages().filter(({ role }) => role === 'assistant')
    heard(ada)
    say(room, ada, { type: 'cancel', id: answer?.id })
    hello(room, bob)
    await room.settle()
    expect(room.room.desk.status().status).toEqual({ state: 'working' })
    expect(statuses(bob)).toEqual([{ state: 'idle' }, { state: 'working' }])
    expect(statuses(ada), 'it knows').toEqual([])
  }))

test('[W8] what an agent was doing when its object ended is over when the next turn runs', () =>
  withRoom(
    {
      respond: async function* (turn) {
        if (turn.history.length === 0) turn.status('counting')
        await new Promise(() => {})
      },
    },
    async (room) => {
      const [ada] = open(room, 'ada') as [FakeConnection]
      hello(room, ada)
      for (const cid of ['cid-of-one', 'cid-of-two'])
        say(room, ada, { type: 'send', cid, text: cid })
      await room.settle()
      expect(statuses(ada).at(-1)).toEqual({ state: 'working', detail: 'counting' })
      room.wake()
      say(room, ada, { an: 'echo' })
      await room.settle()
      expect(room.room.desk.status().status).toEqual({ state: 'working' })
      expect(statuses(ada)).toEqual([{ state: 'working' }])
    },
  ))

test('[W1] no frame is taken from a connection that was closed while its frame was judged', () =>
  withRoom({}, async (room) => {
    const [ada, eve] = open(room, 'ada', 'eve') as [FakeConnection, FakeConnection]
    hello(room, ada)
    await room.settle()
    room.say('cid-of-one')
    heard(ada)
    room.refuse = (query) => {
      if (/messages WHERE pos </.test(query)) throw new Error('refused')
    }
    say(room, ada, { an: 'echo' })
    hello(room, eve)
    say(room, eve, { type: 'presence', state: { typing: true } })
    await room.settle()
    expect([eve.closes, eve.kept.state]).toEqual([['1011 storage'], {}])
    expect(heard(ada).map(({ type }) => type)).toEqual(['echo'])
  }))

test('[W14] who said hello twice in vain is closed once, and nobody hears of it', () =>
  withRoom({}, async (room) => {
    const [ada, eve] = open(room, 'ada', 'eve') as [FakeConnection, FakeConnection]
    hello(room, ada)
    await room.settle()
    heard(ada)
    room.refuseCommit = true
    say(room, ada, { an: 'echo' })
    hello(room, eve)
    hello(room, eve)
    await room.settle()
    room.refuseCommit = false
    await room.settle()
    expect(eve.kept.phase).toBe('closed')
    expect(heard(ada).map(({ type }) => type)).toEqual(['echo'])
    expect(room.events.map(({ type }) => type)).toEqual(['connection.end'])
  }))

/** Of what is read and sent, how many catch-ups were read and not yet sent at the same time. */
async function heldAtOnce(room: TestRoom, ids: readonly string[]): Promise<number> {
  const all = open(room, ...ids)
  await room.settle()
  let [held, most] = [0, 0]
  room.refuse = (query) => {
    if (!/messages WHERE pos < \?.*DESC/.test(query)) return
    held += 1
    most = Math.max(most, held)
  }
  for (const connection of all)
    connection.send = (text) => {
      if (text.includes('"type":"sync"') && text.includes('"more":false')) held -= 1
    }
  say(room, all[0] as FakeConnection, { an: 'echo' })
  for (const connection of all) hello(room, connection)
  for (let times = 0; times < all.length; times++) await room.settle()
  room.refuse = () => {}
  expect(held).toBe(0)
  return most
}

test('[W4] hellos of one moment share a flush, but no more than memory has room for', () =>
  withRoom({}, async (room) => {
    const ids = Array.from({ length: 12 }, (_, n) => `client-${n}`)
    room.say('cid-small', 'x')
    expect(await heldAtOnce(room, ids)).toBe(ids.length)
    for (let n = 0; n < 20; n++) room.say(`cid-large-${n}`, 'x'.repeat(200_000))
    expect(await heldAtOnce(room, ids)).toBeLessThan(4)
  }))

const MIB = 1_048_576

/** Connections whose clients read nothing: what they are sent stays unread. */
function openDeaf(room: TestRoom, count: number): FakeConnection[] {
  const connections = open(room, ...Array.from({ length: count }, (_, n) => `deaf-${n}`))
  for (const connection of connections)
    connection.send = (text) => {
      connection.texts.push(text)
      connection.bufferedBytes += text.length
    }
  return connections
}

const unread = (connections: readonly FakeConnection[]) =>
  connections.reduce((sum, { bufferedBytes }) => sum + bufferedBytes, 0)

test('[W13][T15][S52] who has more than 1 MiB unread gets no page and no catch-up, and nothing is read for it', () =>
  withRoom({}, async (room) => {
    room.say('cid-of-one')
    const [ada] = open(room, 'ada') as [FakeConnection]
    await room.settle()
    const asks = async (bufferedBytes: number) => {
      ada.bufferedBytes = bufferedBytes
      room.rows()
      hello(room, ada)
      say(room, ada, { type: 'page', ref: 'r', before: 9, limit: 9 })
      await room.settle()
      return heard(ada)
    }
    expect((await asks(MIB)).map(({ type }) => type)).toEqual(['welcome', 'sync', 'page'])
    const refused = { type: 'error', code: 'rate_limited', fatal: false, waitMs: 1_000 }
    expect(await asks(MIB + 1)).toMatchObject([refused, { ...refused, ref: 'r' }])
    expect(room.rows().read).toBe(0)
    expect((await asks(0)).map(({ type }) => type)).toEqual(['welcome', 'sync', 'page'])
  }))

test('[T15][W3] where 32 MiB are unread, closing connections included, a catch-up has 256 KiB', () =>
  withRoom({}, async (room) => {
    for (let n = 0; n < 12; n++) room.say(`cid-large-${n}`, 'x'.repeat(50_000))
    const [deaf, ada] = open(room, 'deaf', 'ada') as [FakeConnection, FakeConnection]
    await room.settle()
    deaf.keep({ phase: 'closed' })
    const { epoch } = room.log.load() ?? {}
    const missed = async (cursor: number | undefined, bufferedBytes: number) => {
      deaf.bufferedBytes = bufferedBytes
      room.nowMs += 1_000
      say(room, ada, { type: 'hello', v: 1, epoch, cursor })
      await room.settle()
      const syncs = heard(ada).flatMap((frame) => (frame.type === 'sync' ? [frame] : []))
      const pos = syncs.flatMap(({ messages }) => messages.map((one) => one.pos))
      return [syncs.at(-1)?.mode, pos[0], pos.length, syncs.at(-1)?.hasOlder]
    }
    for (const [cursor, mode] of [
      [undefined, 'snapshot'],
      [0, 'suffix'],
    ] as const) {
      expect(await missed(cursor, 32 * MIB)).toEqual([mode, 1, 12, false])
      expect(await missed(cursor, 32 * MIB + 1)).toEqual(['snapshot', 8, 5, true])
    }
    expect(await missed(7, 32 * MIB + 1), 'small enough').toEqual(['suffix', 8, 5, true])
  }))

test('[T15][W1] sixty hellos that are answered in one turn hand over no more than memory has room for', () =>
  withRoom({}, async (room) => {
    for (let n = 0; n < 20; n++) room.say(`cid-large-${n}`, 'x'.repeat(200_000))
    const deaf = openDeaf(room, 60)
    await room.settle()
    say(room, deaf[0] as FakeConnection, { an: 'echo' })
    for (const connection of deaf) hello(room, connection)
    expect(room.room.desk.status().connections).toBe(60)
    expect(deaf.map(({ texts }) => texts.some((text) => text.includes('"more":false')))).toEqual(
      deaf.map(() => true),
    )
    // As much as there is room for, one catch-up more, and 56 or fewer small ones.
    expect(unread(deaf)).toBeLessThan((32 + 4 + 56 / 4) * MIB)
  }))

test('[T15] who has not read is counted for many catch-ups at once, and again after a while', () =>
  withRoom({}, async (room) => {
    for (let n = 0; n < 12; n++) room.say(`cid-large-${n}`, 'x'.repeat(50_000))
    const [gone, ...many] = openDeaf(room, 30) as [FakeConnection, ...FakeConnection[]]
    await room.settle()
    gone.keep({ phase: 'closed' })
    let asked = 0
    Object.defineProperty(gone, 'bufferedBytes', {
      get() {
        asked += 1
        return 0
      },
    })
    const counted = async (some: FakeConnection[]) => {
      asked = 0
      room.nowMs += 1_000
      for (const connection of some) hello(room, connection)
      await room.settle()
      return asked
    }
    expect(await counted(many)).toBe(1)
    for (const connection of many) connection.bufferedBytes = 0
    expect(await counted(many)).toBe(1)
  }))

test('[T15][W13] pages and hellos that one client asks for at once leave it with little unread', () =>
  withRoom({}, async (room) => {
    for (let n = 0; n < 20; n++) room.say(`cid-large-${n}`, 'x'.repeat(200_000))
    const [deaf] = openDeaf(room, 1) as [FakeConnection]
    const asks = async (frame: object, times: number) => {
      deaf.bufferedBytes = 0
      say(room, deaf, { an: 'echo' })
      for (let n = 0; n < times; n++) say(room, deaf, frame)
      room.room.desk.status()
      await room.settle()
      room.nowMs += 10_000
      return unread([deaf]) / MIB
    }
    expect(await asks({ type: 'hello', v: 1 }, 3)).toBeLessThan(4.1)
    expect(await asks({ type: 'page', ref: 'r', before: 21, limit: 100 }, 19)).toBeLessThan(2.3)
    expect(deaf.closes).toEqual([])
  }))
