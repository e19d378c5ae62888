/** Frames that are not what their type promises, on the fake server. */

import { expect, test } from 'vitest'
import { decodeServerFrames } from '../protocol/index.ts'
import { altered, createWorld, phase, texts } from './createWorld.test.ts'

test.each([
  ['welcome', 'you', { conn: 'c' }],
  ['welcome', 'you', { user: { id: 7 } }],
  ['welcome', 'connections', {}],
  ['welcome', 'connections', undefined],
  ['welcome', 'connections', -9e9],
  ['welcome', 'status', {}],
  ['welcome', 'peers', [null]],
  ['presence', 'connections', {}],
  ['sync', 'to', 'x'],
  ['sync', 'to', -1],
  ['sync', 'to', 1.5],
  ['sync', 'to', 2 ** 60],
  ['sync', 'epoch', 7],
  ['sync', 'epoch', undefined],
  ['sync', 'messages', undefined],
])(
  '[F69] a %s whose %s is %j is asked for again, and nothing of it stays',
  (type, field, value) => {
    const { join, clock, server, room, sent } = createWorld()
    room.post('before')
    let spoilt = 0
    const session = join({
      random: () => 0.5,
      WebSocket: altered(server.WebSocket, (data) =>
        JSON.stringify(
          decodeServerFrames(data)?.map((frame) =>
            frame.type === type && ++spoilt === 1 ? { ...frame, [field]: value } : frame,
          ),
        ),
      ),
    })
    room.join('Cy')
    clock.advance(5_000)
    expect([spoilt > 0, phase(session), texts(session)]).toEqual([true, 'live', ['before']])
    expect([server.dials, sent('hello').length]).toEqual([1, 2])
    expect(session.store.getState()).toMatchObject({ connections: 2, you: { user: {} } })
    server.drop()
    room.post('after')
    clock.advance(5_000)
    expect([phase(session), texts(session)]).toEqual(['live', ['before', 'after']])
    session.close()
  },
)
