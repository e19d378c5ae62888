import { beforeEach, expect, test } from 'vitest'
import { createFakeServer, type FakeServer, type FakeServerOptions } from './createFakeServer.ts'
import { createManualClock, type ManualClock } from './createManualClock.ts'
import { createRawClient } from './createRawClient.ts'

let clock: ManualClock
let server: FakeServer

function start(options: FakeServerOptions = {}): void {
  clock = createManualClock()
  server = createFakeServer({ clock, agent: () => null, ...options })
}

beforeEach(() => start())

/** A client that has said hello and has forgotten what it heard until then. */
function join(query = 'guest=0123456789abcdef&name=Ada') {
  const client = createRawClient(server, 'room', query)
  clock.advance(0)
  client.say({ type: 'hello', v: 1 })
  clock.advance(0)
  client.heard()
  return client
}

const send = (cid: string) => ({ type: 'send', cid, text: cid })

test('[W12] a test says which refusal it wants, and whether the same send may come again', () => {
  const ada = join()
  server.nackNext('busy')
  server.nackNext('busy', { retryable: true, waitMs: 50 })
  for (const cid of ['cid-0001', 'cid-0002', 'cid-0003']) ada.say(send(cid))
  clock.advance(0)
  expect(ada.all('nack')).toMatchObject([
    { cid: 'cid-0001', code: 'busy', retryable: false },
    { cid: 'cid-0002', code: 'busy', retryable: true, waitMs: 50 },
    { cid: 'cid-0003', code: 'order', retryable: true },
  ])
})

test('[W2] what can’t be changed or stored takes no number: no client sees a hole', () => {
  const ada = join()
  const room = server.session('room')
  room.history([{ id: 'one', text: 'one' }])
  const said = [{ type: 'text', text: 'mended' }] as const
  expect(() => room.edit('nobody', [...said])).toThrow('no message with this id')
  expect(() => room.remove('nobody')).toThrow('no message with this id')
  expect(() => room.history([{ id: 'two', text: 'two' }, { id: 'one' }])).toThrow('one already')
  room.post('three')
  clock.advance(0)
  expect(ada.heard()).toEqual(['msg:1 user done', 'msg:2 user done', 'msg:3 user done'])
})

test('of restarts that overlap the server is back when the last one is over', () => {
  server.restart(5_000)
  server.restart(1_000)
  clock.advance(4_999)
  expect(join().events).toEqual(['error', 'close 1006'])
  clock.advance(1)
  expect(join().events).toEqual(['open'])
})

test('[W13] who does not read gets no growing text above 1 MiB, and is closed above 8 MiB', () => {
  const room = server.session('room')
  const say = (count: number) => {
    for (let n = 0; n < count; n++) room.post('x'.repeat(250_000))
    clock.advance(0)
  }
  const ben = join('name=Ben')
  const phone = server.network()
  const ada = createRawClient(phone, 'room')
  clock.advance(0)
  ada.say({ type: 'hello', v: 1 })
  clock.advance(0)
  phone.bandwidth(1_000)
  say(5)
  room.stream('never read while it grows', { tokensPerSecond: 20 })
  ada.say({ type: 'hello', v: 1 })
  ada.say({ type: 'page', ref: 'r', before: 1, limit: 1 })
  clock.advance(1_000)
  say(27)
  expect(room.connections, 'not at 8 MiB').toBe(2)
  say(3)
  say(1)
  expect(room.connections, 'at once').toBe(1)
  expect(ada.events, 'behind all that was not read').toEqual(['open'])
  phone.bandwidth(Infinity)
  clock.advance(10_000_000)
  expect(ada.events).toEqual(['open', 'close 1013 slow_reader;5000'])
  expect(ada.all('error')).toMatchObject([
    { code: 'rate_limited', waitMs: 1_000, fatal: false },
    { code: 'rate_limited', waitMs: 1_000, ref: 'r' },
  ])
  const grown = (client: typeof ada) => [...client.all('part'), ...client.all('delta')].length
  expect([grown(ada), grown(ben) > 1]).toEqual([0, true])
  expect(ada.all('msg').filter(({ message }) => message.role === 'assistant')).toHaveLength(2)
})
