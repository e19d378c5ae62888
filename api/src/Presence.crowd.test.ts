/** Who is told a list, a change of it or a number, as a session becomes a crowd and back. */

import type { ServerFrame } from '@session-kit/ui-kit/protocol'
import { expect, test } from 'vitest'
import { type FakeConnection, fakeConnection } from '../test/fakeConnection.ts'
import { type TestRoom, withRoom } from '../test/withRoom.ts'

function open(room: TestRoom, id: string): FakeConnection {
  const connection = fakeConnection(id, { sinceMs: room.nowMs })
  room.connections.push(connection)
  room.room.opened(connection)
  return connection
}

function hello(room: TestRoom, id: string): FakeConnection {
  const connection = open(room, id)
  room.room.frames.receive(connection, '{"type":"hello","v":1}')
  return connection
}

/** A second later, so that a number may be told again. */
async function join(room: TestRoom, id: string): Promise<FakeConnection> {
  const connection = hello(room, id)
  await settle(room)
  return connection
}

async function leave(room: TestRoom, ...connections: FakeConnection[]): Promise<void> {
  room.connections = room.connections.filter((one) => !connections.includes(one as FakeConnection))
  for (const one of connections) room.room.frames.closed(one, 1000, '')
  await settle(room)
}

async function settle(room: TestRoom): Promise<void> {
  await room.settle()
  room.nowMs += 1_000
}

const told = ({ texts }: FakeConnection) =>
  texts.splice(0).flatMap((text) => {
    const frame: ServerFrame = JSON.parse(text)
    return frame.type === 'presence' ? [`${frame.op} ${frame.connections}`] : []
  })

test('[W14] a crowd that has left leaves nothing behind: the next one is listed, counted and listed again', () =>
  withRoom({ limits: { peers: 2 } }, async (room) => {
    // The only one with a list goes first, so that nobody is there to get another.
    const crowd = [await join(room, 'a'), open(room, 'b'), open(room, 'c')]
    await settle(room)
    await leave(room, ...crowd)
    const ada = await join(room, 'ada')
    const [bob, cay] = [await join(room, 'bob'), await join(room, 'cay')]
    expect(told(ada)).toEqual(['join 2', 'count 3'])
    for (const other of [cay, bob]) await leave(room, other)
    expect(told(ada)).toEqual(['count 2', 'list 1'])
  }))

test('[W14][W1] who came in a flush that could not be stored made a crowd all the same', () =>
  withRoom({ limits: { peers: 3 } }, async (room) => {
    const ada = await join(room, 'ada')
    const [bob] = [await join(room, 'bob'), await join(room, 'cay')]
    told(ada)
    room.refuseCommit = true
    const dan = hello(room, 'dan')
    await settle(room)
    room.refuseCommit = false
    expect(dan.closes).toEqual(['1011 storage'])
    expect(told(ada)).toEqual(['count 4', 'count 3'])
    await leave(room, bob)
    expect(told(ada)).toEqual(['list 2'])
  }))

test('[W14] in a crowd the number is told when somebody speaks who was silent for long', () =>
  withRoom({ limits: { peers: 2 } }, async (room) => {
    const silent = open(room, 'silent')
    const ada = await join(room, 'ada')
    for (const id of ['bob', 'cay']) await join(room, id)
    expect(told(ada).at(-1)).toBe('count 4')
    room.nowMs += 60_000
    await join(room, 'dan')
    expect(told(ada)).toEqual(['count 4'])
    room.room.frames.receive(silent, '"a value"')
    await settle(room)
    expect(told(ada)).toEqual(['count 5'])
    room.room.frames.receive(silent, '"another"')
    await settle(room)
    expect(told(ada)).toEqual([])
  }))
