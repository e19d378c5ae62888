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
